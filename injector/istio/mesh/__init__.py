"""Istio's mesh configuration and proxy configuration: read, merged and printed.

The other folders of the room istio, and loading, import it.
"""
