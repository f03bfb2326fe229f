"""The flat spec that the one template renders: lists of containers and volumes.

It is read as Go reads YAML into its types: unknown fields are dropped, and a scalar in
a field of type string becomes a string.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from injector.base.errors import MergeError
from injector.configuration.config import NOTHING
from injector.formats import gotext
from injector.injection.status import CONTAINERS, INIT_CONTAINERS, PULL_SECRETS, VOLUMES
from injector.kubernetes import schema
from injector.kubernetes.schema import Type
from injector.releases.history import rule
from injector.releases.pod_fields import lacking
from injector.releases.release import Release

LISTS = (INIT_CONTAINERS, CONTAINERS, VOLUMES, PULL_SECRETS)
DNS, REWRITE, REDIRECT = "dnsConfig", "rewriteAppHTTPProbe", "podRedirectAnnot"

FIELDS: Mapping[str, tuple[str, str | None]] = {
    INIT_CONTAINERS: ("[]Container", None),
    CONTAINERS: ("[]Container", None),
    VOLUMES: ("[]Volume", None),
    PULL_SECRETS: ("[]LocalObjectReference", None),
    DNS: ("*PodDNSConfig", "rendered_dns_config"),
    REWRITE: ("bool", "rewrites_probes"),
    REDIRECT: ("map[string]string", "renders_redirection"),
}
"""The fields of a flat spec: the type of each, and the rule that a release needs."""

_TYPES = {name: schema.type_of(of) for name, (of, _) in FIELDS.items()}


class FlatSpec(NamedTuple):
    """The elements to append to a pod, as Go prints them."""

    lists: Mapping[str, list[dict[str, Any]]] = NOTHING
    dns: dict[str, Any] | None = None
    rewrite_probes: bool = False
    redirect: Mapping[str, str] = NOTHING
    """Annotations that kube-inject sets for a network plugin."""

    @property
    def template_pod(self) -> dict[str, Any]:
        """The flat spec as a pod."""
        return {"spec": {**self.lists, **({DNS: self.dns} if self.dns else {})}}

    def without_pull_secrets(self) -> "FlatSpec":
        """Return the flat spec without ``imagePullSecrets``."""
        return self._replace(lists={**self.lists, PULL_SECRETS: []})


def read(rendered: Mapping[str, Any], release: Release) -> FlatSpec:
    """Return the flat spec that the template *rendered*.

    Raises:
        MergeError: a value has an impossible type; the message names the first one.
    """
    # The struct of a flat spec is Go's own, whose JSON takes names in any case.
    found = schema.respelled(dict(rendered), _TYPES)
    known = {
        name: _field(found.get(name), name, of, release)
        for name, (of, switch) in FIELDS.items()
        if switch is None or rule(release, switch)
    }
    return FlatSpec(
        lists={kind: known[kind] or [] for kind in LISTS},
        dns=known.get(DNS),
        rewrite_probes=bool(known.get(REWRITE)),
        redirect=known.get(REDIRECT) or {},
    )


def _field(rendered: Any, name: str, of: str, release: Release) -> Any:
    kind = schema.type_of(of)
    # The standard templates set a field of containers that later releases have.
    value = schema.known(rendered, kind, lacks=lacking(release))
    value = _as_go(value, kind)
    if problems := schema.problems(value, kind, name):
        raise MergeError(f"the template renders {problems[0]}")
    return None if value is None else schema.typed(value, kind)


def _as_go(value: Any, kind: Type) -> Any:
    """Return *value* with scalars as strings where the type is one, as Go reads YAML.

    Fields of embedded structs keep their scalars, as in Go.
    """
    if isinstance(value, dict) and kind.struct is not None:
        fields = kind.struct.fields
        embedded = kind.struct.embedded.values()
        inner = {name for struct in embedded for name in struct.fields}
        return {
            key: item if key in inner else _as_go(item, fields[key].type)
            for key, item in value.items()
            if key in fields
        }
    if isinstance(value, dict) and kind.elem is not None:
        return {key: _as_go(item, kind.elem) for key, item in value.items()}
    if isinstance(value, list) and kind.elem is not None:
        return [_as_go(item, kind.elem) for item in value]
    if kind.kind == "string" and isinstance(value, bool | int | float):
        return gotext.shown(value)
    return value
