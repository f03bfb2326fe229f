"""Templates: a text and a context become an overlay.

The rooms of configurations and pipelines import this one; it knows no Kubernetes.
"""
