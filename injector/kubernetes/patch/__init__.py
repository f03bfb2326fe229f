"""RFC 6902 patches: the few operations from one object to another, and their proof.

Nobody writes operations by hand: a pod is built, and its patch is the difference.
"""

from injector.kubernetes.patch.differing import Operation, diff
from injector.kubernetes.patch.proving import prove

__all__ = ["Operation", "diff", "prove"]
