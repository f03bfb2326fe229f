"""The commands, and what they print.

Only `python -m injector` and the script `injector` import this room.
"""
