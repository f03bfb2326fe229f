"""Odd bodies and paths from seeds, and the checks of their replies."""

import copy
import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apiserver

from injector.web.function import Call, Function
from injector.web.replies import Reply

STATUSES = {200, 400, 404, 405, 413, 415}

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2**31, 2**63, 10**30, 0.5, -0.0, 1e300),
    *("", "x", "true", "0", "null", "\x00", "\n", "é", "😀", "\u2028", "a" * 5000),
    *([], {}, [[]], [{}], [None], ["x"], {"": ""}, {"name": "x"}, [{"name": "x"}]),
    *("{{ 7 * 7 }}", "{% endif %}", "- a: b", "a: b\nc: d", "*x", "&x", "!!x", "1Gi"),
    *("istio-proxy", "istio-init", "sidecar", "gateway", "auto", "Pod", "CREATE"),
)
KEYS = (
    *("metadata", "spec", "labels", "annotations", "containers", "initContainers"),
    *("volumes", "name", "image", "env", "ports", "resources", "limits", "kind"),
    *("hostNetwork", "securityContext", "livenessProbe", "httpGet", "port", "path"),
    *("restartPolicy", "ownerReferences", "generateName", "namespace", "uid", "$patch"),
    *("volumeMounts", "mountPath", "lifecycle", "preStop", "os", "affinity", "dryRun"),
    *("subResource", "operation", "object", "request", "resource", "apiVersion", ""),
)
ANNOTATIONS = (
    *(
        "sidecar.istio.io/inject",
        "sidecar.istio.io/status",
        "inject.istio.io/templates",
    ),
    *("proxy.istio.io/config", "proxy.istio.io/overrides", "prometheus.io/scrape"),
    *("prometheus.io/port", "sidecar.istio.io/rewriteAppHTTPProbers"),
    *("traffic.sidecar.istio.io/excludeInboundPorts", "sidecar.istio.io/userVolume"),
    *("sidecar.istio.io/proxyCPU", "sidecar.istio.io/userVolumeMount"),
    *("k8s.v1.cni.cncf.io/networks", "sidecar.istio.io/nativeSidecar"),
    *("kubernetes.io/config.mirror", "sidecar.istio.io/interceptionMode"),
)
TEXTS = (
    *("", "true", "false", "sidecar", "gateway", "sidecar,gateway", "nope", "80,443"),
    *("{}", "[]", "{", "null", '{"containers":null}', '{"containers":["istio-proxy"]}'),
    *('{"containers":[{"name":"istio-proxy"}]}', '{"a":{"name":"b"}}', "a: b", "- x"),
    *("concurrency: x", "drainDuration: 1s", "TPROXY", "*", "x" * 3000, "\n", "80"),
)
PATHS = (
    *("/inject",) * 6,
    *("/validate", "/inject/cluster/c/net/n", "/inject/:ENV:a=b:ENV:c=/d", "/inject/x"),
    *(
        "/inject/k/--slash--",
        "/inject/a/b/c",
        "/x",
        "/",
        "/inject/é/\x00",
        "/t/x/inject",
    ),
)
TYPES = ("application/json",) * 8 + ("", "application/json;x", "text/plain", "\x00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One request."""

    path: str
    content_type: str
    body: bytes

    def fired(self, function: Function) -> Reply:
        """Return the reply to the request."""
        return function.serve(
            Call(
                method="POST",
                path=self.path,
                headers={"Content-Type": self.content_type},
                length=len(self.body),
                read=lambda limit: self.body[:limit],
            )
        )


def shots(seed: int, count: int, models: list[dict[str, Any]]) -> Iterator[Shot]:
    """Yield *count* requests, each a changed copy of a review of *models*."""
    for number in range(count):
        # Each has its own seed, so that one can be repeated alone.
        chance = random.Random(f"{seed} {number}")  # noqa: S311 - no secret
        yield Shot(
            path=chance.choice(PATHS),
            content_type=chance.choice(TYPES),
            body=_body(chance, copy.deepcopy(chance.choice(models))),
        )


def fault(shot: Shot, reply: Reply) -> str:
    """Return the fault of *reply*; an empty text if there is no fault."""
    if reply.status not in STATUSES:
        return f"status {reply.status}"
    if reply.status != 200:
        return "" if len(reply.body) < 500 else "a long refusal"
    review = json.loads(shot.body.decode().removeprefix("\ufeff"))
    try:
        admission = apiserver.admit(review, 200, reply.body)
    except AssertionError as error:
        return f"{type(error).__name__}: {error}"
    pod = review["request"].get("object")
    if not is_creation(review["request"]) and admission.pod != pod:
        return "something else than a new pod is changed"
    if not admission.allowed and not admission.message:
        return "a denial without a reason"
    return ""


def is_creation(request: Mapping[str, Any]) -> bool:
    """Return whether the review is the creation of a pod."""
    kind, resource = request.get("kind"), request.get("resource")
    return (
        request.get("operation") == "CREATE"
        and not request.get("subResource")
        and isinstance(kind, dict)
        and (kind.get("group") or "", kind.get("kind")) == ("", "Pod")
        and isinstance(resource, dict)
        and (resource.get("group") or "", resource.get("resource")) == ("", "pods")
        and isinstance(request.get("object"), dict)
    )


def models(folder: Path) -> list[dict[str, Any]]:
    """Return the reviews to change: one of our own, and those in *folder*."""
    found = [model()]
    for file in sorted(folder.glob("pod-*.json")):
        document = json.loads(file.read_bytes())
        found.append(document.get("review", document))
    return found


def model() -> dict[str, Any]:
    """Return the review of a pod with fields of many kinds."""
    probe = {"httpGet": {"path": "/", "port": 80}}
    app = {
        "name": "app",
        "image": "app:1",
        "ports": [{"containerPort": 80, "name": "http"}],
        "env": [{"name": "A", "value": "1"}],
        "resources": {"limits": {"cpu": "1", "memory": "1Gi"}},
        "livenessProbe": probe,
        "volumeMounts": [{"name": "data", "mountPath": "/data"}],
    }
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "generateName": "web-1-",
            "labels": {"app": "web"},
            "annotations": {"prometheus.io/scrape": "true"},
            "ownerReferences": [
                {"kind": "ReplicaSet", "name": "web-1", "controller": True}
            ],
        },
        "spec": {
            "containers": [app],
            "initContainers": [{"name": "init", "image": "init:1"}],
            "volumes": [{"name": "data", "emptyDir": {}}],
            "securityContext": {"runAsUser": 1000},
        },
    }
    return {
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": {
            "uid": "u-1",
            "kind": {"group": "", "version": "v1", "kind": "Pod"},
            "resource": {"group": "", "version": "v1", "resource": "pods"},
            "operation": "CREATE",
            "namespace": "shop",
            "object": pod,
        },
    }


def _body(chance: random.Random, review: Any) -> bytes:
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3, 8))):
        review = chance.choice((_value, _value, _key, _annotation, _pod_value))(
            chance, review
        )
    raw = json.dumps(review, ensure_ascii=chance.random() < 0.5).encode(
        "utf-8", "surrogatepass"
    )
    return raw if chance.random() < 0.9 else _bytes(chance, raw)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Return each mapping and list in *value*, with each key or index."""
    places: list[tuple[Any, Any]] = []
    rest = [value]
    while rest:
        parent = rest.pop()
        keys = parent.keys() if isinstance(parent, dict) else range(len(parent))
        for key in keys:
            places.append((parent, key))
            if isinstance(parent[key], dict | list):
                rest.append(parent[key])
    return places


def _value(chance: random.Random, review: Any) -> Any:
    """Replace or remove a value, anywhere."""
    places = _places(review) if isinstance(review, dict | list) else []
    if not places:
        return chance.choice(ODD)
    parent, key = chance.choice(places)
    if chance.random() < 0.3:
        del parent[key]
    elif chance.random() < 0.3:
        parent[key] = copy.deepcopy(chance.choice(places)[0])
    else:
        parent[key] = copy.deepcopy(chance.choice(ODD))
    return review


def _pod_value(chance: random.Random, review: Any) -> Any:
    """Replace a value in the pod's spec."""
    try:
        _value(chance, review["request"]["object"]["spec"])
    except (KeyError, TypeError, IndexError):
        return _value(chance, review)
    return review


def _key(chance: random.Random, review: Any) -> Any:
    """Add a key to a mapping, anywhere."""
    places = _places(review) if isinstance(review, dict | list) else []
    parents = [parent for parent, _ in places if isinstance(parent, dict)]
    if parents:
        value = chance.choice((*ODD, chance.choice(parents)))
        chance.choice(parents)[chance.choice(KEYS)] = copy.deepcopy(value)
    return review


def _annotation(chance: random.Random, review: Any) -> Any:
    """Add an annotation or a label that the function reads."""
    try:
        metadata = review["request"]["object"]["metadata"]
        kind = chance.choice(("annotations", "annotations", "labels"))
        metadata.setdefault(kind, {})[chance.choice(ANNOTATIONS)] = chance.choice(TEXTS)
    except (KeyError, TypeError, AttributeError):
        return _value(chance, review)
    return review


def _bytes(chance: random.Random, raw: bytes) -> bytes:
    """Break the text of a review."""
    at = chance.randrange(len(raw) + 1)
    breaks: tuple[Callable[[], bytes], ...] = (
        lambda: raw[:at],
        lambda: raw[:at] + chance.randbytes(3) + raw[at:],
        lambda: raw[:at] + raw[at + 1 :],
        lambda: raw[:at] + b"[" * chance.choice((1, 200, 50_000)) + raw[at:],
        lambda: raw[:at] + chance.choice((b"NaN", b"1e999", b"\\ud800")) + raw[at:],
        lambda: raw.replace(b'"uid"', b'"uid": 1, "uid"'),
        lambda: raw + raw,
        lambda: "\ufeff".encode() + raw,
        lambda: chance.randbytes(at % 100),
        lambda: raw.decode("utf-8", "replace").encode("utf-16"),
    )
    return chance.choice(breaks)()
