"""Answers for pods whose form was injected before.

Only the room loading imports this one, and it can be switched off.
"""
