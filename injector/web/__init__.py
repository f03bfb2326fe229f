"""The start of a process, and one HTTP request: statuses, bodies, the line of the log.

Only main.py imports this room.
"""
