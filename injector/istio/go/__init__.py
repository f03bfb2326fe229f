"""Istio's own templates: the types, the data and the functions that they see."""
