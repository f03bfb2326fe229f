"""The settings of a gunicorn that serves the function without functions-framework.

gunicorn reads this file in the folder where it starts; functions-framework does not.
"""

keepalive = 3660
"""Seconds, as in injector/web/start.py."""

preload_app = True
"""A wrong configuration ends the first process: workers would be started again."""
