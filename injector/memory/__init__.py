"""Answers for pods of a form that was injected before.

Only the room loading imports this one, and it can be switched off.
"""
