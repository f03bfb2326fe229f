"""The flat spec that the one template renders: what is to be put into a pod.

It is read as Go reads YAML into its types: fields that the types do not have are
dropped, and scalars that stand where a text belongs are texts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from injector import schema
from injector.config import nothing
from injector.errors import MergeError
from injector.istio import gotext
from injector.releases import Release, rule
from injector.schema import Type
from injector.status import CONTAINERS, INIT_CONTAINERS, PULL_SECRETS, VOLUMES

LISTS: Mapping[str, str] = {
    INIT_CONTAINERS: "[]Container",
    CONTAINERS: "[]Container",
    VOLUMES: "[]Volume",
    PULL_SECRETS: "[]LocalObjectReference",
}
"""The lists of a flat spec, with the types of what they hold."""

DNS, REWRITE, REDIRECT = "dnsConfig", "rewriteAppHTTPProbe", "podRedirectAnnot"

LATER: Mapping[str, frozenset[str]] = {
    "Container": frozenset({"resizePolicy", "restartPolicy", "restartPolicyRules"})
}
"""Fields of types that Kubernetes has today and those releases did not know.

Their standard templates set one of them, and no pod got it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatSpec:
    """What is to be put into a pod, in the form in which Go prints it."""

    lists: Mapping[str, list[dict[str, Any]]] = field(default_factory=nothing)
    dns: dict[str, Any] | None = None
    rewrite_probes: bool = False
    redirect: Mapping[str, str] = field(default_factory=nothing)
    """Annotations that kube-inject sets for a network plugin."""

    @property
    def template_pod(self) -> dict[str, Any]:
        """The same as a pod."""
        return {"spec": {**self.lists, **({DNS: self.dns} if self.dns else {})}}

    def without_pull_secrets(self) -> "FlatSpec":
        """Return the same without secrets to pull images with."""
        return replace(self, lists={**self.lists, PULL_SECRETS: []})


def read(rendered: Mapping[str, Any], release: Release) -> FlatSpec:
    """Return what the template *rendered*.

    Raises:
        MergeError: it has a value of an impossible type; the first one is named.
    """
    lists = {kind: _field(rendered, kind, of) or [] for kind, of in LISTS.items()}
    dns = rewrite = redirect = None
    if rule(release, "rendered_dns_config"):
        dns = _field(rendered, DNS, "*PodDNSConfig")
    if rule(release, "rewrites_probes"):
        rewrite = _field(rendered, REWRITE, "bool")
    if rule(release, "renders_redirection"):
        redirect = _field(rendered, REDIRECT, "map[string]string")
    return FlatSpec(
        lists=lists, dns=dns, rewrite_probes=bool(rewrite), redirect=redirect or {}
    )


def _field(rendered: Mapping[str, Any], name: str, of: str) -> Any:
    kind = schema.type_of(of)
    value = _as_go(rendered.get(name), kind)
    if problems := schema.problems(value, kind, name):
        raise MergeError(f"the template renders {problems[0]}")
    return None if value is None else schema.typed(value, kind)


def _as_go(value: Any, kind: Type) -> Any:
    """Return *value* as Go reads it into that type, without unknown fields."""
    if isinstance(value, dict) and kind.struct is not None:
        fields, later = kind.struct.fields, LATER.get(kind.name, frozenset())
        return {
            key: _as_go(item, fields[key].type)
            for key, item in value.items()
            if key in fields and key not in later
        }
    if isinstance(value, dict) and kind.elem is not None:
        return {key: _as_go(item, kind.elem) for key, item in value.items()}
    if isinstance(value, list) and kind.elem is not None:
        return [_as_go(item, kind.elem) for item in value]
    if kind.kind == "string" and isinstance(value, bool | int | float):
        return gotext.shown(value)
    return value
