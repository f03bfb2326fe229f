"""A document becomes a configuration, or the list of all its problems.

The rooms above read configurations; this room reads no file.
"""
