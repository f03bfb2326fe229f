"""Releases 1.0 to 1.8: one template renders a flat spec, which is put into the pod."""

from injector.istio.flat.flat_spec import FlatSpec, read
from injector.istio.flat.injection import inject

__all__ = ["FlatSpec", "inject", "read"]
