"""Istio's own templates: their types, their data, their functions, their overlays."""
