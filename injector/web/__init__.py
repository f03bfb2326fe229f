"""One HTTP request: statuses, bodies and the line of the log.

Only main.py imports this room.
"""
