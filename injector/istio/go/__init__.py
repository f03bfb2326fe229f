"""Istio's own templates: the types, data and functions that they see, and a template."""
