"""RFC 6902 patches: the difference between two objects, and the proof of a patch."""

from injector.kubernetes.patch.difference import Operation, diff
from injector.kubernetes.patch.proof import prove

__all__ = ["Operation", "diff", "prove"]
