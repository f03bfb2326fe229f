"""A template's text becomes nodes: tokens, actions, statements.

The template and what runs it import this package; it imports values, and runs nothing.
"""
