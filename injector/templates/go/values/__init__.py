"""Go's values in Python: their types, how they print, and what a call may be given.

Every package of the language imports this one; it knows no template.
"""
