"""Go types for data of Istio's templates: a pod and the mesh configuration."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from injector.formats.durations import parse
from injector.istio.mesh import mesh_types
from injector.kubernetes.schema import table
from injector.releases.release import Release
from injector.templates.go.values.functions import Function, function
from injector.templates.go.values.types import (
    ANY,
    BASIC,
    BOOL,
    FLOAT64,
    MAP,
    STRING,
    Field,
    Type,
    map_of,
    named,
    pointer_to,
    slice_of,
)
from injector.templates.go.values.values import deref, field, raw, view

RELEASE = Release(1, 30)


@cache
def kubernetes(  # noqa: PLR0911 - one for each kind
    type_: table.Type,
) -> Type:
    """Return the Go type of a type of Kubernetes' API."""
    if type_.pointer:
        return pointer_to(kubernetes(table.type_of(type_.name)))
    if type_.name.startswith("[]") and type_.elem is not None:
        return slice_of(kubernetes(type_.elem))
    if type_.name.startswith("map[") and type_.elem is not None:
        return map_of(STRING, kubernetes(type_.elem))
    if type_.kind == "struct":
        return struct(type_.name)
    if type_.kind == "int" and type_.name in BASIC:
        return BASIC[type_.name]
    if type_.kind in {"string", "bool"}:
        plain = STRING if type_.kind == "string" else BOOL
        return plain if type_.name == type_.kind else named(f"v1.{type_.name}", plain)
    if type_.kind == "map" and type_.elem is not None:
        return named(f"v1.{type_.name}", map_of(STRING, kubernetes(type_.elem)))
    return ANY


@cache
def struct(name: str) -> Type:
    """Return the Go type of a struct of Kubernetes' API."""

    def members() -> dict[str, Field]:
        found = table.struct(name)
        fields: dict[str, Field] = {
            embedded: Field(type=struct(part.name), path=())
            for embedded, part in found.embedded.items()
        }
        inherited = {key for part in found.embedded.values() for key in part.fields}
        for key, member in found.fields.items():
            fields[member.go_name] = Field(
                type=kubernetes(member.type), path=(key,), promoted=key in inherited
            )
        return fields

    return Type(name=f"v1.{name}", kind="struct", members=members)


def _seconds(text: str) -> dict[str, int]:
    whole, nanos = divmod(parse(text), 10**9)
    return {"seconds": int(whole), "nanos": int(nanos)}


DURATION = Type(
    name="durationpb.Duration",
    kind="struct",
    read=_seconds,
    text=lambda held: " ".join(f"{key}:{held[key]}" for key in held if held[key]),
    members=lambda: {
        "Seconds": Field(type=BASIC["int64"], path=("seconds",)),
        "Nanos": Field(type=BASIC["int32"], path=("nanos",)),
    },
)


def _shown(held: Mapping[str, Any]) -> str:
    value = held["value"]
    return f"value:{str(value).lower() if isinstance(value, bool) else value}"


@cache
def wrapper(kind: str) -> Type:
    """Return the type of a wrapper of protobuf's."""
    inner = BASIC[mesh_types.WRAPPERS[kind]]
    return Type(
        name=f"wrapperspb.{kind}",
        kind="struct",
        read=lambda held: {"value": held},
        text=_shown,
        members=lambda: {"Value": Field(type=inner, path=("value",))},
        methods={"GetValue": _getter("Value", inner)},
    )


@cache
def enum(name: str) -> Type:
    """Return the type of an enum of the mesh configuration."""
    numbers = mesh_types.ENUMS[name]
    names = {number: text for text, number in numbers.items()}
    return named(
        f"v1alpha1.{name}",
        BASIC["int32"],
        read=lambda held: numbers.get(held, held),
        text=lambda held: names.get(held, str(held)),
        methods={"String": function("func() string", lambda it: names[raw(it)])},
    )


def _getter(name: str, result: Type) -> Function:
    def call(receiver: Any) -> Any:
        if raw(receiver) is None:
            return raw(view(result, None))
        return raw(field(deref(receiver), name))

    return Function(call=call, result=result)


@cache
def message(name: str) -> Type:
    """Return the type of a message of the mesh configuration."""
    methods: dict[str, Function] = {}
    made = Type(
        name=f"v1alpha1.{name}",
        kind="struct",
        members=lambda: _members(name, methods),
        methods=methods,
    )
    # The methods come with the fields.
    assert made.fields is not None
    return made


def _members(name: str, methods: dict[str, Function]) -> dict[str, Field]:
    """Return the fields of a message, and add their getters to its *methods*."""
    members = {}
    for member in mesh_types.fields(name, RELEASE):
        title, type_ = _capital(member.name), _kind(member)
        members[title] = Field(type=type_, path=(member.name,))
        methods[f"Get{title}"] = _getter(title, type_)
    return members


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]


def _kind(member: mesh_types.Field) -> Type:
    one = _one(member)
    if member.shape == "list":
        return slice_of(one)
    return map_of(STRING, one) if member.shape == "map" else one


def _one(member: mesh_types.Field) -> Type:
    kinds: dict[str, Type] = {
        "string": STRING,
        "bool": BOOL,
        "double": FLOAT64,
        "Duration": pointer_to(DURATION),
        "Struct": MAP,
    }
    if member.kind in mesh_types.WRAPPERS:
        return pointer_to(wrapper(member.kind))
    if member.kind == "enum":
        return enum(member.of)
    if member.kind == "message":
        return pointer_to(message(member.of))
    return kinds.get(member.kind) or BASIC[member.kind]


def floats(value: Any) -> Any:
    """Return *value* with all numbers as floats, as Go reads them from YAML."""
    if isinstance(value, dict):
        return {key: floats(item) for key, item in value.items()}
    if isinstance(value, list):
        return [floats(item) for item in value]
    number = isinstance(value, int) and not isinstance(value, bool)
    return float(value) if number else value


NAMESPACED = Type(
    name="types.NamespacedName",
    kind="struct",
    text=lambda held: f"{held['namespace']}/{held['name']}",
    members=lambda: {
        "Namespace": Field(type=STRING, path=("namespace",)),
        "Name": Field(type=STRING, path=("name",)),
    },
)
TEMPLATE_DATA = Type(
    name="inject.SidecarTemplateData",
    kind="struct",
    members=lambda: {
        "TypeMeta": Field(type=struct("TypeMeta"), path=("TypeMeta",)),
        "DeploymentMeta": Field(type=NAMESPACED, path=("DeploymentMeta",)),
        "ObjectMeta": Field(type=struct("ObjectMeta"), path=("pod", "metadata")),
        "Spec": Field(type=struct("PodSpec"), path=("pod", "spec")),
        "ProxyConfig": Field(type=pointer_to(message("ProxyConfig")), path=("proxy",)),
        "MeshConfig": Field(type=pointer_to(message("MeshConfig")), path=("mesh",)),
        "Values": Field(type=MAP, path=("values",)),
        "Revision": Field(type=STRING, path=("Revision",)),
        "NativeSidecars": Field(type=BOOL, path=("NativeSidecars",)),
        "ProxyImage": Field(type=STRING, path=("ProxyImage",)),
        "ProxyUID": Field(type=BASIC["int64"], path=("ProxyUID",)),
        "ProxyGID": Field(type=BASIC["int64"], path=("ProxyGID",)),
        "InboundTrafficPolicyMode": Field(
            type=STRING, path=("InboundTrafficPolicyMode",)
        ),
        "CompliancePolicy": Field(type=STRING, path=("CompliancePolicy",)),
    },
)
