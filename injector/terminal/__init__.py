"""The commands of the terminal, and their output.

Only `python -m injector` and the script `injector` import this room.
"""
