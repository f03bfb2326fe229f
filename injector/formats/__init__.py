"""Texts as Go, YAML and JSON write them: one reader and one printer of each.

Every room above may import this one; it knows no pod and no configuration.
"""
