"""Istio as a product: what its injector does to a pod, release by release.

Only the rooms loading and terminal import it; the pipeline sees a product.
"""
