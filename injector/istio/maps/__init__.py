"""Istio's ConfigMaps: what is read of them becomes a document of the injector.

The rooms loading and terminal import it.
"""
