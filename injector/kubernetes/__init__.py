"""Pods and manifests as JSON: their types, their merge, and the patch between two.

Every room above may import this one; it knows no template and no configuration.
"""
