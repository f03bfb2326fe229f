"""Kubernetes' strategic merge of an overlay onto a pod.

Mappings merge key by key and null deletes. Lists whose items have a merge key
(containers by ``name``, volume mounts by ``mountPath``, ...) merge item by item, lists
of finalizers are united, every other list is replaced. Directives change this:

=================================  ================================================
``$patch: delete``                 empties a mapping; removes an item of a list
``$patch: replace``                keeps only the other keys of the overlay's
                                   mapping; only the overlay's items of a list
``$retainKeys``                    the keys of a mapping that may stay
``$deleteFromPrimitiveList/LIST``  the items to remove from a list of strings
``$setElementOrder/LIST``          the order of a list's items
=================================  ================================================

What the pod lacks is copied from the overlay. With the rules `STRICT`, those of Jinja
templates, the copy has no nulls, directives and mappings with ``$patch``; ``copies``
describes the rules of Kubernetes' library.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from injector.kubernetes.merge.copies import STRICT, Rules
from injector.kubernetes.merge.mappings import merged
from injector.kubernetes.schema import POD_TYPE, copy_json

__all__ = ["STRICT", "Rules", "merge", "merge_all"]

Pod = Mapping[str, Any]


def merge(
    pod: Mapping[str, Any], overlay: Mapping[str, Any], rules: Rules = STRICT
) -> dict[str, Any]:
    """Return the pod with the overlay merged onto it.

    Neither is changed, and the result shares no mutable part with them.

    Raises:
        MergeError: the overlay cannot be merged onto this pod.
    """
    return merge_all(pod, (overlay,), rules)


def merge_all(
    pod: Mapping[str, Any], overlays: Iterable[Pod], rules: Rules = STRICT
) -> dict[str, Any]:
    """Return the pod with one overlay after the other merged onto it, as by `merge`.

    Raises:
        MergeError: an overlay cannot be merged onto this pod.
    """
    # Copied once, not with each overlay.
    made: dict[str, Any] = copy_json(dict(pod))
    for overlay in overlays:
        made = merged(made, dict(overlay), POD_TYPE, None, rules)
    return made
