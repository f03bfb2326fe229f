"""The bundled configuration, its templates, and their compiled form.

Only the room loading reads this one.
"""
