"""Nodes and data become text: fields, variables, loops, calls.

Only the template imports this package; the functions that it calls do not know it.
"""
