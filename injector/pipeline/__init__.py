"""A pod becomes the pod with its sidecars, and the patch between the two.

The webhooks and the terminal call the pipeline; it knows products by their protocol.
"""
