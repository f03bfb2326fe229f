"""The types of Istio's mesh configuration: messages, their fields in order, enums.

``mesh_types.json`` holds what the newest release knows (``tools/meshtypes`` prints it);
what other releases have otherwise stands here.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pkgutil import get_data
from typing import Any, NamedTuple

from injector.releases.release import Release

MESH = "MeshConfig"
PROXY = "ProxyConfig"

WRAPPERS = {
    "BoolValue": "bool",
    "Int32Value": "int32",
    "UInt32Value": "uint32",
    "Int64Value": "int64",
}
"""Messages that hold one value, so that a zero differs from nothing."""


class Field(NamedTuple):
    """One field of a message."""

    name: str
    proto: str
    """The name as the API's definition has it, which texts may use as well."""
    kind: str
    """A scalar's or wrapper's name, ``Duration``, ``Struct``, ``enum``, ``message``."""
    of: str = ""
    """The enum or message, if it is one."""
    shape: str = "one"
    """``one``, ``list`` or ``map`` (from text)."""
    oneof: str = ""
    """The group of which at most one field is set."""
    since: str = "1.0"
    until: str = ""
    """The first release without the field; empty if there is none."""

    @property
    def present(self) -> bool:
        """Whether a zero of this field is something else than nothing."""
        scalar = self.shape == "one" and self.kind not in WRAPPERS
        return not scalar or bool(self.oneof) or self.kind in STRUCTURED

    def known(self, release: Release) -> bool:
        """Tell whether *release* has the field."""
        return release.within(self.since, self.until)


STRUCTURED = frozenset({"Duration", "Struct", "message"})

SINCE = {
    MESH: {
        "proxyInboundListenPort": "1.18",
        "inboundTrafficPolicy": "1.22",
        "extensionProviders": "1.11",
        "defaultProviders": "1.11",
    },
    "ClientTLSSettings": {
        "credentialName": "1.7",
        "insecureSkipVerify": "1.9",
        "caCrl": "1.9",
    },
    "Topology": {"proxyProtocol": "1.9"},
    "Tracing": {
        "customTags": "1.6",
        "maxPathTagLength": "1.6",
        "sampling": "1.6",
        "tlsSettings": "1.6",
        "openCensusAgent": "1.7",
        "enableIstioTags": "1.9",
    },
    PROXY: {
        "proxyMetadata": "1.5",
        "statusPort": "1.6",
        "extraStatTags": "1.6",
        "gatewayTopology": "1.6",
        "terminationDrainDuration": "1.7",
        "meshId": "1.7",
        "readinessProbe": "1.8",
        "proxyStatsMatcher": "1.8",
        "holdApplicationUntilProxyStarts": "1.8",
        "caCertificatesPem": "1.9",
        "tracingServiceName": "1.13",
        "runtimeValues": "1.13",
        "image": "1.12",
        "privateKeyProvider": "1.14",
        "proxyHeaders": "1.19",
        "fileFlushInterval": "1.30",
        "fileFlushMinSizeKb": "1.30",
        "statsCompression": "1.30",
        "connectionSettings": "1.31",
    },
}
"""The first release of a field, where it matters and is not the first of all."""

# A former field stands after the one named here; an empty name is the message's end.
FORMER: dict[str, tuple[tuple[str, Field], ...]] = {
    PROXY: (
        (
            "drainDuration",
            Field(
                name="parentShutdownDuration",
                proto="parent_shutdown_duration",
                kind="Duration",
                until="1.17",
            ),
        ),
        (
            "zipkinAddress",
            Field(
                name="connectTimeout",
                proto="connect_timeout",
                kind="Duration",
                until="1.6",
            ),
        ),
    ),
    MESH: (
        *(
            ("", Field(name=name, proto=proto, kind=kind, until=until))
            for name, proto, kind, until in (
                ("mixerCheckServer", "mixer_check_server", "string", "1.8"),
                ("mixerReportServer", "mixer_report_server", "string", "1.8"),
                ("disablePolicyChecks", "disable_policy_checks", "bool", "1.8"),
                ("policyCheckFailOpen", "policy_check_fail_open", "bool", "1.8"),
                ("rdsRefreshDelay", "rds_refresh_delay", "Duration", "1.8"),
                ("sdsRefreshDelay", "sds_refresh_delay", "Duration", "1.8"),
                ("sdsUdsPath", "sds_uds_path", "string", "1.8"),
                ("enableSdsTokenMount", "enable_sds_token_mount", "bool", "1.8"),
            )
        ),
        (
            "",
            Field(
                name="authPolicy",
                proto="auth_policy",
                kind="enum",
                of="AuthPolicy",
                until="1.8",
            ),
        ),
        (
            "",
            Field(
                name="thriftConfig",
                proto="thrift_config",
                kind="message",
                of="ThriftConfig",
                until="1.17",
            ),
        ),
    ),
}
FORMER_MESSAGES = {
    "ThriftConfig": (
        Field(name="rateLimitUrl", proto="rate_limit_url", kind="string"),
        Field(name="rateLimitTimeout", proto="rate_limit_timeout", kind="Duration"),
    )
}
FORMER_ENUMS = {"AuthPolicy": {"NONE": 0, "MUTUAL_TLS": 1}}

# Fields whose type another release has otherwise: the former first.
FORMER_TYPES: dict[tuple[str, str], dict[str, str]] = {
    (PROXY, "concurrency"): {"kind": "int32", "until": "1.7"},
    (PROXY, "serviceCluster"): {"oneof": "", "until": "1.13"},
}


def _fields(message: str, rows: Iterable[list[str]]) -> Iterator[Field]:
    """Yield the fields of *message*, of every release."""
    former = FORMER.get(message, ())
    for name, proto, typed, *oneof in rows:
        words = typed.split()
        shape = words.pop(0) if words[0] in {"list", "map"} else "one"
        field = Field(
            name=name,
            proto=proto,
            kind=words[0],
            of=words[-1] if len(words) > 1 else "",
            shape=shape,
            oneof=oneof[0] if oneof else "",
            since=SINCE.get(message, {}).get(name, "1.0"),
        )
        if change := FORMER_TYPES.get((message, name)):
            yield field._replace(**change)
            field = field._replace(since=change["until"])
        yield field
        yield from (old for after, old in former if after == name)
    yield from (old for after, old in former if not after)


_TABLE: Mapping[str, Any] = json.loads(get_data(__name__, "mesh_types.json") or "")


class _Messages(Mapping[str, tuple[Field, ...]]):
    """The messages by name, made of the table when they are asked for."""

    def __getitem__(self, name: str) -> tuple[Field, ...]:
        return _message(name)

    def __iter__(self) -> Iterator[str]:
        return iter({**_TABLE["messages"], **FORMER_MESSAGES})

    def __len__(self) -> int:
        return len({**_TABLE["messages"], **FORMER_MESSAGES})


@cache
def _message(name: str) -> tuple[Field, ...]:
    former = FORMER_MESSAGES.get(name)
    return former or tuple(_fields(name, _TABLE["messages"][name]))


MESSAGES: Mapping[str, tuple[Field, ...]] = _Messages()
ENUMS: Mapping[str, Mapping[str, int]] = _TABLE["enums"] | FORMER_ENUMS


@lru_cache(maxsize=512)
def fields(message: str, release: Release) -> tuple[Field, ...]:
    """Return the fields that *release* has in *message*, in their order."""
    return tuple(field for field in MESSAGES[message] if field.known(release))


def unset(value: Any, field: Field) -> bool:
    """Tell whether *value* is the zero that says nothing."""
    if field.present:
        return False
    if field.kind == "enum":
        return value == 0 or ENUMS[field.of].get(value) == 0
    return not value


def silent(value: Any, field: Field) -> bool:
    """Tell whether *value* is a zero or an empty list or map."""
    return unset(value, field) or (field.shape != "one" and not value)
