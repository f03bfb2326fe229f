"""RFC 6902 patches: the difference between two objects, and the proof of a patch."""

from injector.kubernetes.patch.differing import Operation, diff
from injector.kubernetes.patch.proving import prove

__all__ = ["Operation", "diff", "prove"]
