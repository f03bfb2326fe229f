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

What the pod lacks is taken from the overlay. For templates of our own nulls, directives
and mappings with ``$patch`` count for nothing in it, at any depth; what a version of
Kubernetes' library makes of them is in ``taking``.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from injector.kubernetes.merge.mappings import merged
from injector.kubernetes.merge.taking import OWN, Rules
from injector.kubernetes.schema import POD, copy_json, type_of

__all__ = ["OWN", "Rules", "merge", "merge_all"]

Pod = Mapping[str, Any]
_KIND = type_of(POD.name)


def merge(
    pod: Mapping[str, Any], overlay: Mapping[str, Any], rules: Rules = OWN
) -> dict[str, Any]:
    """Return the pod with the overlay merged onto it.

    Neither is changed, and the result shares with them nothing that can be.

    Raises:
        MergeError: the overlay cannot be merged onto this pod.

    """
    return merge_all(pod, (overlay,), rules)


def merge_all(
    pod: Mapping[str, Any], overlays: Iterable[Pod], rules: Rules = OWN
) -> dict[str, Any]:
    """Return the pod with one overlay after the other merged onto it; as for `merge`.

    Raises:
        MergeError: an overlay cannot be merged onto this pod.

    """
    # Copied once, not with each overlay.
    made: dict[str, Any] = copy_json(dict(pod))
    for overlay in overlays:
        made = merged(made, dict(overlay), _KIND, None, rules)
    return made
