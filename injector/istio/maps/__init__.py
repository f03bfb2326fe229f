"""Istio's ConfigMaps, read as a configuration.

The rooms loading and terminal import it.
"""
