"""Kubernetes' strategic merge of an overlay onto a pod.

Mappings merge key by key and null deletes. Lists whose items have a merge key
(containers by ``name``, volume mounts by ``mountPath``, ...) merge item by item, a list
of finalizers is united with the other, every other list is replaced. Directives say
otherwise:

=================================  ================================================
``$patch: delete``                 a mapping: nothing of it stays; an item: it goes
``$patch: replace``                a mapping: only what stands beside it stays;
                                   an item: only the overlay's items stay
``$retainKeys``                    the keys of a mapping that may stay
``$deleteFromPrimitiveList/LIST``  what leaves a list of strings
``$setElementOrder/LIST``          the order of a list's items
=================================  ================================================

What the pod lacks is taken from the overlay as it is, without nulls, directives and
mappings with ``$patch``.
"""

from collections.abc import Mapping
from typing import Any

from injector.merge.mappings import merged
from injector.schema import POD

__all__ = ["merge"]


def merge(pod: Mapping[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    """Return the pod with the overlay merged onto it.

    Neither is changed, and the result shares with them nothing that can be.

    Raises:
        MergeError: the overlay cannot be merged onto this pod.

    """
    return merged(dict(pod), dict(overlay), POD, None)
