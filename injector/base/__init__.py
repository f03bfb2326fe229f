"""Names, errors, tracing and bounded caches, which every room uses.

Every room may import this one; it imports no other room.
"""
