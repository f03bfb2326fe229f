"""The functions of Istio's templates with their types in Go: Istio's and sprig's."""

import json
from collections import ChainMap
from collections.abc import Callable, Mapping
from typing import Any, Final

from injector.base.caches import Cache
from injector.formats import gotext
from injector.istio.go import istio_functions as istio
from injector.istio.go.message_types import message
from injector.istio.go.plain import plain
from injector.istio.go.pod_types import CONTAINER, OBJECT_META
from injector.istio.go.well_known_types import DURATION
from injector.istio.mesh.mesh_types import MESH, PROXY
from injector.releases.functions import FUNCTIONS
from injector.releases.history import rule
from injector.releases.release import Release, holding
from injector.templates.go.sprig import REFUSED, SPRIG
from injector.templates.go.sprig.limits import check_text
from injector.templates.go.values.functions import (
    Function,
    Refused,
    Registry,
    function,
)
from injector.templates.go.values.printing import sprint
from injector.templates.go.values.types import BASIC


def registry(
    release: Release, features: Mapping[str, str], render: Callable[[str], str]
) -> Registry:
    """Return the functions that *release* offers to templates.

    ``env`` reads *features*; *render* renders the text of a template with the data of
    the template that calls it. Istio's functions hide sprig's of the same name.
    """
    names = {
        **BASIC,
        "Container": CONTAINER,
        "Duration": DURATION,
        "MeshConfig": message(MESH, release),
        "ObjectMeta": OBJECT_META,
        "ProxyConfig": message(PROXY, release),
    }
    calls = {**istio.functions(release, features), "render": render}
    known: dict[str, Function | Refused] = {
        name: function(signature, _ADAPTED.get(name, _unchanged)(calls[name]), names)
        for name, signature in holding(FUNCTIONS, release).items()
    }
    if not rule(release, "has_sprig"):
        return known
    refused = {name: Refused(reason) for name, reason in REFUSED.items()}
    return ChainMap(known, SPRIG, refused)  # type: ignore[arg-type]


Call = Callable[..., Any]


def _unchanged(call: Call) -> Call:
    return call


def _prints_default(call: Call) -> Call:
    return lambda metadata, name, default: call(metadata, name, sprint([default]))


def _prints_port(call: Call) -> Call:
    return lambda port, excluded: call(sprint([port]), excluded)


def _limits_size(call: Call) -> Call:
    def indented(spaces: int, text: str) -> str:
        lines = text.count("\n")
        check_text(len(text) + spaces * lines)
        return text if not lines else call(spaces, text)

    return indented


def _prints_yaml(_: Call) -> Call:
    return lambda value: _yaml(json.dumps(plain(value)))


_PRINTED: Cache[str] = Cache()


def _yaml(text: str) -> str:
    """Return the YAML of a JSON text; cached, since most are the operator's values."""
    found = _PRINTED.find(text)
    if found is None:
        found = gotext.to_yaml(json.loads(text))
        _PRINTED.keep(text, found)
    return found


def _prints_json(_: Call) -> Call:
    """Print the fields of a struct in its order, which JSON values do not have."""

    def printed(value: Any) -> str:
        known = plain(value)
        return istio.EMPTY if known is None else gotext.marshal(known, list)

    return printed


_ADAPTED: Final[Mapping[str, Callable[[Call], Call]]] = {
    "annotation": _prints_default,
    "excludeInboundPort": _prints_port,
    "indent": _limits_size,
    "structToJSON": _prints_json,
    "toYaml": _prints_yaml,
}
