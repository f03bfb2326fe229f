"""The injection of a pod: the pod with its sidecars, and the patch that leads there.

The webhooks and the terminal call the pipeline; it knows products by their protocol.
"""
