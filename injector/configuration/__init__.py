"""A document becomes a configuration, or the list of all its problems.

The steps of an injection read configurations; this room reads no file.
"""
