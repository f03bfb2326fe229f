"""Jinja2 templates in a sandbox: a text and a context become an overlay.

The room loading compiles them, the pipeline renders them; they know no Kubernetes.
"""
