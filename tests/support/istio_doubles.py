"""Doubles of Istio's functions in 1.30 that the recorded snippets use.

They are built from the functions that ``injector.istio`` has for other templates.
"""

from collections.abc import Mapping
from typing import Any

import istio_data

from injector.formats import gotext
from injector.istio.go import istio_functions as istio
from injector.templates.go import Function, Refused, Registry, function
from injector.templates.go.sprig import REFUSED, SPRIG
from injector.templates.go.values.printing import show
from injector.templates.go.values.types import BASIC
from injector.templates.go.values.values import Typed, deref, raw

_BOUND = istio.functions(istio_data.RELEASE, {})
_NAMES = {**BASIC, "ObjectMeta": istio_data.struct("ObjectMeta")}


def _annotation(metadata: Mapping[str, Any], name: str, default: Any) -> str:
    found = metadata.get("annotations") or {}
    if name in found:
        return str(found[name])
    return "<nil>" if default is None else show(default)


def _plain(value: Any) -> Any:
    return raw(deref(value))


def _duration(value: Any) -> str:
    seconds = value.value if isinstance(value, Typed) else value
    return istio.format_duration(seconds, istio_data.RELEASE)


def _held(name: str) -> Any:
    return lambda value: _BOUND[name](raw(value))


FUNCTIONS: Mapping[str, Function] = {
    "annotation": function("func(ObjectMeta, string, any) string", _annotation, _NAMES),
    "appendMultusNetwork": function(
        "func(string, string) string", _BOUND["appendMultusNetwork"]
    ),
    "applicationPorts": function("func(any) string", _held("applicationPorts")),
    "contains": function("func(string, string) bool", _BOUND["contains"]),
    "directory": function("func(string) string", _BOUND["directory"]),
    "env": function("func(string, string) string", lambda _, default: default),
    "excludeInboundPort": function(
        "func(any, string) string",
        lambda port, ports: istio.exclude_inbound_port(_plain(port), ports),
    ),
    "excludeInterfaces": function("func(string) string", _BOUND["excludeInterfaces"]),
    "formatDuration": function("func(any) string", _duration),
    "fromJSON": function("func(string) any", istio.from_json_as_go),
    "includeInboundPorts": function("func(any) string", _held("includeInboundPorts")),
    "indent": function("func(int, string) string", _BOUND["indent"]),
    "isset": function("func(map[string]string, string) bool", _BOUND["isset"]),
    "kubevirtInterfaces": function("func(string) string", _BOUND["excludeInterfaces"]),
    "mergeMaps": function(
        "func(...map[string]string) map[string]string", istio.merge_maps
    ),
    "omit": function(
        "func(map[string]string, ...string) map[string]string", istio.omit
    ),
    "omitNil": function("func(any) any", lambda value: istio.omit_nil(_plain(value))),
    "otelResourceAttributes": function(
        "func(any, map[string]string, map[string]string, string, any) string",
        lambda *_: "",
    ),
    "protoToJSON": function("func(any) string", _held("protoToJSON")),
    "strdict": function("func(...any) map[string]string", istio.string_map),
    "structToJSON": function(
        "func(any) string", lambda value: istio.struct_to_json(_plain(value))
    ),
    "toJSON": function("func(map[string]string) string", istio.to_json_map),
    "toJsonMap": function(
        "func(...map[string]string) string",
        lambda *maps: istio.to_json_map(istio.merge_maps(*maps)),
    ),
    "toLower": function("func(string) string", _BOUND["toLower"]),
    "toYaml": function("func(any) string", lambda value: gotext.to_yaml(_plain(value))),
    "valueOrDefault": function("func(any, any) any", istio.value_or_default),
}
REGISTRY: Registry = {
    **SPRIG,
    **{name: Refused(reason) for name, reason in REFUSED.items()},
    **FUNCTIONS,
}
