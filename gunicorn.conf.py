"""What gunicorn reads in this folder where it serves the function by itself.

functions-framework has gunicorn in it, and reads none of this.
"""

keepalive = 3660
"""Seconds, as in main.py."""

preload_app = True
"""What is wrong at the start ends the first process: workers would be started again."""
