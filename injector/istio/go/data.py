"""The data of Istio's templates, ``SidecarTemplateData``, by release."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from injector.base.front import Front
from injector.injection.workload import workload
from injector.istio.go.message_types import message
from injector.istio.go.pod_types import OBJECT_META, POD_SPEC, TYPE_META
from injector.istio.mesh.mesh_types import MESH, PROXY
from injector.istio.pod.concurrency import estimated
from injector.istio.pod.context import Context, inbound_mode, metadata_seen
from injector.istio.pod.images import init_image, proxy_image
from injector.kubernetes import pods
from injector.releases.history import rule
from injector.releases.release import Release
from injector.templates.go.values.types import (
    BOOL,
    INT,
    INT64,
    MAP,
    STRING,
    Field,
    Type,
    pointer_to,
)
from injector.templates.go.values.values import Typed

_NAMESPACED_NAME: Final = Type(
    name="types.NamespacedName",
    kind="struct",
    members=lambda: {
        "Namespace": Field(type=STRING, path=("namespace",)),
        "Name": Field(type=STRING, path=("name",)),
    },
    text=lambda held: f"{held['namespace']}/{held['name']}",
)
_SHORT: Final = "name and namespace"
_OPTIONAL: Final[Mapping[str, tuple[str, Type]]] = {
    "TypeMeta": ("shows_type", TYPE_META),
    "Values": ("has_values", MAP),
    "Revision": ("shows_revision", STRING),
    "EstimatedConcurrency": ("shows_estimated_concurrency", INT),
    "ProxyImage": ("shows_proxy_image", STRING),
    "ProxyInitImage": ("shows_init_image", STRING),
    "CompliancePolicy": ("shows_compliance_policy", STRING),
    "ProxyUID": ("shows_proxy_ids", INT64),
    "ProxyGID": ("shows_proxy_ids", INT64),
    "InboundTrafficPolicyMode": ("shows_inbound_policy", STRING),
    "NativeSidecars": ("shows_native_sidecars", BOOL),
}
"""Fields that not every release has: the rule, and the type."""


@cache
def data_type(release: Release) -> Type:
    """Return the type of the data in *release*."""
    types = {
        "ObjectMeta": OBJECT_META,
        "Spec": POD_SPEC,
        "ProxyConfig": message(PROXY, release),
        "MeshConfig": message(MESH, release),
    }
    if rule(release, "workload") is not None:
        types["DeploymentMeta"] = pointer_to(OBJECT_META)
        if rule(release, "workload_metadata") == _SHORT:
            types["DeploymentMeta"] = _NAMESPACED_NAME
    for name, (switch, kind) in _OPTIONAL.items():
        if rule(release, switch):
            types[name] = kind
    members = {name: Field(type=kind, path=(name,)) for name, kind in types.items()}
    return Type(
        name="inject.SidecarTemplateData", kind="struct", members=lambda: members
    )


def data(context: Context, values: Mapping[str, Any]) -> Typed:
    """Return the data of templates in *context*; *values* have numbers as in Go."""
    seen, around = context.seen, context.around
    release, situation = around.config.release, around.situation
    type_ = data_type(release)
    metadata = metadata_seen(seen, around)
    owner = workload(seen, situation.namespace, release, situation.front)
    mesh = around.mesh
    if rule(release, "mesh_shows_annotation"):
        mesh = {**mesh, "defaultConfig": around.proxy}
    held = {
        "ObjectMeta": metadata,
        "Spec": pods.spec(seen),
        "ProxyConfig": around.proxy,
        "MeshConfig": mesh,
        "DeploymentMeta": metadata
        if rule(release, "workload") == "pod" and situation.front is Front.WEBHOOK
        else _workload_metadata(metadata, owner, release),
        "TypeMeta": owner,
        "Values": values,
        "Revision": around.config.revision,
        "CompliancePolicy": around.config.features.get("COMPLIANCE_POLICY", ""),
        "ProxyUID": around.ids.uid,
        "ProxyGID": around.ids.gid,
        "InboundTrafficPolicyMode": inbound_mode(mesh),
        "NativeSidecars": around.native,
    }
    sources = (metadata["annotations"], around.proxy, around.config.values)
    if "ProxyImage" in type_.fields:
        held["ProxyImage"] = proxy_image(*sources, release)
    if "ProxyInitImage" in type_.fields:
        held["ProxyInitImage"] = init_image(*sources, release)
    if "EstimatedConcurrency" in type_.fields:
        held["EstimatedConcurrency"] = estimated(*sources)
    return Typed(type_, held)


def _workload_metadata(
    metadata: Mapping[str, Any], owner: Mapping[str, str], release: Release
) -> Mapping[str, Any]:
    """Return the metadata of the workload that *release* shows."""
    name = {key: owner[key] for key in ("name", "namespace")}
    shown = rule(release, "workload_metadata")
    if shown == _SHORT:
        return name
    hidden = {"ownerReferences"} if shown == "without owners" else set[str]()
    kept = {key: item for key, item in metadata.items() if key not in hidden}
    return {**kept, **name}
