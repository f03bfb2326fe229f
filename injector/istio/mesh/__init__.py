"""Istio's mesh configuration and proxy configuration: read, merged and printed.

The other parts of the room istio, and loading, import it.
"""
