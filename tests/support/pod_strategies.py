"""Pods and overlays for Hypothesis: small, with common names and many directives.

Some are invalid: items without a merge key, orders that do not fit.
"""

from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]

NAMES = st.sampled_from(("a", "b", "c", "d"))
WORDS = st.sampled_from(("x", "y", ""))


def _mapping(required: Json, optional: Json) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries(required, optional=optional)


def _items(
    keys: st.SearchStrategy[Any], merge_key: str, optional: Json, *, once: bool
) -> st.SearchStrategy[list[Json]]:
    """Lists of items with that merge key; each key *once* at most."""
    items = _mapping({merge_key: keys}, optional)
    if once:
        return st.lists(items, max_size=4, unique_by=lambda item: item[merge_key])
    return st.lists(items, max_size=4)


def _words() -> st.SearchStrategy[list[str]]:
    return st.lists(WORDS, max_size=3)


def _order() -> st.SearchStrategy[list[str]]:
    # Kubernetes' result for an empty order is accidental.
    return st.lists(WORDS, min_size=1, unique=True)


def _labels(extra: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    return st.dictionaries(NAMES, WORDS | extra, max_size=3)


class Shapes:
    """Pods, or with *overlay* overlays.

    Kubernetes deletes strings from a list and adds strings in no fixed order, so no
    overlay does both.
    """

    def __init__(self, *, overlay: bool, sane: bool) -> None:
        """Choose pods or overlays; if *sane*, each merge key is unique."""
        self.overlay = overlay
        self.sane = sane
        self.null: st.SearchStrategy[Any] = st.none() if overlay else st.nothing()

    def optional(self, **fields: st.SearchStrategy[Any]) -> Json:
        """Return the fields, some of them null in an overlay."""
        return {name: field | self.null for name, field in fields.items()}

    def items(
        self, keys: st.SearchStrategy[Any], merge_key: str, **fields: Any
    ) -> st.SearchStrategy[list[Json]]:
        """Return lists of items, in an overlay with directives."""
        optional = self.optional(**fields)
        # Kubernetes trips over directives in items that an overlay has twice.
        once = self.sane or (self.overlay and len(fields) > 1)
        items = _items(keys, merge_key, optional, once=once)
        if not self.overlay:
            return items
        deleted = _mapping({merge_key: keys, "$patch": st.just("delete")}, {})
        replaced = st.just({"$patch": "replace"})
        directives = st.lists(deleted | replaced, max_size=1)
        return st.builds(lambda some, more: [*more, *some], items, directives)

    def directed(
        self, mapping: st.SearchStrategy[Json], **lists: st.SearchStrategy[Any]
    ) -> st.SearchStrategy[Json]:
        """Return mappings, some with directives in an overlay."""
        if not self.overlay:
            return mapping
        optional: Json = {
            "$retainKeys": st.lists(st.sampled_from([*lists, "name"]), max_size=4)
        }
        for name, items in lists.items():
            optional[f"$setElementOrder/{name}"] = items
        directives = st.one_of(
            *(_mapping({key: value}, {}) for key, value in optional.items()),
            st.sampled_from([{"$patch": "delete"}, {"$patch": "replace"}]),
        )
        return st.one_of(
            mapping,
            mapping,
            st.builds(lambda some, more: some | more, mapping, directives),
        )

    def keys(
        self, keys: st.SearchStrategy[Any], merge_key: str
    ) -> st.SearchStrategy[Any]:
        """Return the order of a list with that merge key."""
        item = _mapping({merge_key: keys}, {})
        return st.lists(
            item, min_size=1, max_size=4, unique_by=lambda item: item[merge_key]
        )

    def containers(self) -> st.SearchStrategy[list[Json]]:
        """Return lists of containers."""
        ports = st.integers(80, 83)
        security = _mapping(
            {},
            self.optional(
                runAsUser=st.integers(0, 1),
                capabilities=_mapping({}, self.optional(add=_words(), drop=_words())),
            ),
        )
        limits = st.dictionaries(
            NAMES, st.sampled_from(("1", "2Gi")) | self.null, max_size=3
        )
        lists: Json = {
            "env": self.items(NAMES, "name", value=WORDS),
            "ports": self.items(ports, "containerPort", protocol=WORDS),
            "volumeMounts": self.items(NAMES, "mountPath", name=WORDS),
            "args": _words(),
        }
        items = self.items(
            NAMES,
            "name",
            image=WORDS,
            tty=st.booleans(),
            resources=_mapping({}, self.optional(limits=limits)),
            securityContext=self.directed(security),
            **lists,
        )
        if not self.overlay:
            return items
        orders: st.SearchStrategy[Json] = st.one_of(
            _mapping({"$setElementOrder/env": self.keys(NAMES, "name")}, {}),
            _mapping({"$setElementOrder/ports": self.keys(ports, "containerPort")}, {}),
            _mapping({"$setElementOrder/args": _order()}, {}),
            _mapping({"$deleteFromPrimitiveList/args": _words()}, {}),
            st.just({}),
        )
        return st.builds(_with_first, items, orders)

    def volumes(self) -> st.SearchStrategy[list[Json]]:
        """Return lists of volumes, the main use of $retainKeys."""
        items = self.items(
            NAMES,
            "name",
            emptyDir=_mapping({}, self.optional(medium=WORDS)),
            hostPath=_mapping({"path": WORDS}, {}),
        )
        if not self.overlay:
            return items
        kept = st.sampled_from((["name", "emptyDir"], ["name", "hostPath"]))
        return st.builds(_with_first, items, _mapping({"$retainKeys": kept}, {}))

    def metadata(self) -> st.SearchStrategy[Json]:
        """Return a pod's metadata."""
        mapping = _mapping(
            {},
            self.optional(
                labels=self.directed(_labels(self.null)),
                annotations=_labels(self.null),
                # Kubernetes' result for repeated items depends on a slice's capacity.
                finalizers=st.lists(
                    WORDS, max_size=3, unique=self.sane or not self.overlay
                ),
                ownerReferences=self.items(NAMES, "uid", kind=WORDS),
            ),
        )
        if not self.overlay:
            return mapping
        more = _mapping(
            {},
            {
                "$deleteFromPrimitiveList/finalizers": _words(),
                "$setElementOrder/finalizers": _order(),
            },
        )
        return mapping | st.builds(
            lambda some, more: _without(some, "finalizers") | more, mapping, more
        )

    def spec(self) -> st.SearchStrategy[Json]:
        """Return a pod's spec."""
        mapping = _mapping(
            {},
            self.optional(
                containers=self.containers(),
                initContainers=self.containers(),
                volumes=self.volumes(),
                hostname=WORDS,
                nodeSelector=self.directed(_labels(self.null)),
                tolerations=self.items(NAMES, "key", effect=WORDS),
                hostAliases=self.items(NAMES, "ip", hostnames=_words()),
                imagePullSecrets=self.items(NAMES, "name"),
                topologySpreadConstraints=self.items(NAMES, "topologyKey"),
                dnsConfig=_mapping({}, self.optional(searches=_words())),
                securityContext=_mapping(
                    {},
                    self.optional(
                        fsGroup=st.integers(0, 1),
                        supplementalGroups=st.lists(st.integers(0, 2), max_size=3),
                    ),
                ),
            ),
        )
        order = self.keys(NAMES, "name")
        return self.directed(mapping, containers=order, volumes=order)

    def pods(self) -> st.SearchStrategy[Json]:
        """Return pods, or overlays."""
        optional = self.optional(metadata=self.metadata(), spec=self.spec())
        return _mapping({}, optional)


def _with_first(items: list[Json], more: Json) -> list[Json]:
    if not items:
        return items
    first = items[0]
    if "$deleteFromPrimitiveList/args" in more:
        first = _without(first, "args")
    return [first | more, *items[1:]]


def _without(mapping: Json, key: str) -> Json:
    return {name: value for name, value in mapping.items() if name != key}


def mergeable_pods(*, sane: bool = False) -> st.SearchStrategy[Json]:
    """Return pods with the names of the overlays."""
    return Shapes(overlay=False, sane=sane).pods()


def overlays(*, sane: bool = False) -> st.SearchStrategy[Json]:
    """Return overlays, with nulls and directives."""
    return Shapes(overlay=True, sane=sane).pods()
