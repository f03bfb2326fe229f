"""Istio as a product: what its injector does to a pod, release by release.

Only the rooms loading and terminal open this door; the pipeline does not know it.
"""
