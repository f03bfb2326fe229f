"""Pods from seeds that would exhaust or break a function.

A shot is a request with such a pod. Each has its own seed, so that one can be repeated
alone. `fault` checks the reply to a shot.
"""

import copy
import json
import math
import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import apiserver
import fuzz_bodies

Json = dict[str, Any]
Chance = random.Random

MEBIBYTE = 1 << 20
BODY_LIMIT = 6 * MEBIBYTE
ANNOTATIONS = 256 << 10
PATIENT = 3 * MEBIBYTE
"""The most bytes of a body that is answered within five seconds."""

YAML = ("proxy.istio.io/config", "istio.io/proxyConfig", "own.example.com/yaml")
JSON = (
    *("sidecar.istio.io/userVolume", "sidecar.istio.io/userVolumeMount"),
    *("sidecar.istio.io/status", "proxy.istio.io/overrides"),
    *("sidecar.istio.io/bootstrapOverride", "k8s.v1.cni.cncf.io/networks"),
    "own.example.com/json",
)
NUMBERS = (
    *("status.sidecar.istio.io/port", "prometheus.io/port", "prometheus_io_port"),
    *(
        f"readiness.status.sidecar.istio.io/{name}"
        for name in ("initialDelaySeconds", "periodSeconds", "failureThreshold")
    ),
    "readiness.status.sidecar.istio.io/applicationPorts",
    "prometheus.istio.io/scrape-targets",
    "prometheus.istio.io/secure-port",
    *(
        f"sidecar.istio.io/{name}"
        for name in ("proxyCPU", "proxyCPULimit", "proxyMemory", "proxyMemoryLimit")
    ),
    *(
        f"traffic.sidecar.istio.io/{name}"
        for name in (
            *("includeInboundPorts", "excludeInboundPorts", "includeOutboundPorts"),
            *("excludeOutboundPorts", "includeOutboundIPRanges"),
            *("excludeOutboundIPRanges", "excludeInterfaces", "kubevirtInterfaces"),
        )
    ),
    *("istio.io/reroute-virtual-interfaces", "own.example.com/number"),
)
WORDS = (
    *("inject.istio.io/templates", "sidecar.istio.io/nativeSidecar"),
    *("sidecar.istio.io/interceptionMode", "sidecar.istio.io/proxyImage"),
    *("sidecar.istio.io/proxyImageType", "sidecar.istio.io/rewriteAppHTTPProbers"),
    *("sidecar.istio.io/logLevel", "sidecar.istio.io/componentLogLevel"),
    *("sidecar.istio.io/agentLogLevel", "sidecar.istio.io/capNetBindService"),
    *("sidecar.istio.io/enableCoreDump", "sidecar.istio.io/controlPlaneAuthPolicy"),
    *("sidecar.istio.io/discoveryAddress", "sidecar.istio.io/statsInclusionPrefixes"),
    *(
        "prometheus.istio.io/merge-metrics",
        "prometheus.io/scrape",
        "prometheus.io/path",
    ),
    *("istio.io/rev", "security.istio.io/tlsMode", "networking.istio.io/tunnel"),
    *("topology.istio.io/network", "service.istio.io/canonical-name"),
    *("service.istio.io/canonical-revision", "service.istio.io/workload-name"),
    *("resource.opentelemetry.io/service.name", "kubernetes.io/config.mirror"),
    *("pod-template-hash", "rollouts-pod-template-hash", "deploymentconfig", "app"),
    *("version", "app.kubernetes.io/name", "app.kubernetes.io/version", "grace"),
)
KNOWN = (*YAML, *JSON, *NUMBERS, *WORDS)
TEMPLATES = (
    *("sidecar", "gateway", "waypoint", "kube-gateway", "agentgateway", "grpc-agent"),
    *("grpc-simple", "nope", "", " ", ",", "own", "Sidecar", "__class__"),
)
ODD_TEXTS = (
    *("", " ", "\x00", "\n", "\t", "\x7f", "\x85", "\u2028", "\ufeff", "\ufffe"),
    *("\ue000", "\ue0000\ue001", "\ue0023\ue003", "\U0010ffff", "é", "{{ 7 * 7 }}"),
    *("{% endif %}", "[[ . ]]", "{{ .Values }}", "$(A)", "%s%n", "../..", "~1", "~"),
    *("a/b~c", "'", '"', "\\", "\\u0000", "---", "...", "- a: b", "&a", "*a", "!!x y"),
    *("<<", "null", "true", "yes", "0x1F", "1_0", "1e999", ".inf", "NaN", "-0", "+1"),
    *("kube-api-access-abcde", "kube-api-access-", "istio-proxy", "istio-init", "auto"),
    *("<no value>", "%!s(nil)", "<nil>", "None", "undefined", "A" * 70_000),
)
ODD_KEYS = (
    *("", "$patch", "$retainKeys", "$setElementOrder/containers", "$x", "~", "/", "-"),
    *("$deleteFromPrimitiveList/args", "__proto__", "__class__", "name", "0", "a.b"),
    *("a[0]", "\x00", "\ue0000\ue001", "NAME", "\uff4eame", "\u017fpec"),
)
ODD_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 10**30, 0.5, -0.0, 1e300, math.pi),
    *("", "x", "80", [], {}, [[]], [{}], [None], ["x"], {"": None}, {"name": "x"}),
    *({"$patch": "delete"}, {"$patch": "replace"}, {"$patch": 1}, [{"name": None}]),
)


class Shot(NamedTuple):
    """One request; ``made`` has the kinds of its pod."""

    number: int
    made: tuple[str, ...]
    path: str
    body: bytes

    @property
    def seconds(self) -> float:
        """The most seconds of the processor."""
        return max(1.0, len(self.body) / MEBIBYTE)


def shots(seed: int, count: int, largest: int) -> Iterator[Shot]:
    """Yield *count* shots, with bodies of at most *largest* bytes, about."""
    for number in range(count):
        chance = random.Random(f"{seed} {number}")  # noqa: S311 - no secret
        yield _shot(number, chance, largest)


def fault(shot: Shot, status: int, body: bytes, seconds: float) -> str:
    """Return the fault of a reply that took *seconds*, or an empty text."""
    if len(shot.body) > BODY_LIMIT and status != 413:
        return f"status {status} for a body that is too long"
    if status not in {200, 400, 404, 413} and not (
        status == 503 and len(shot.body) > PATIENT
    ):
        return f"status {status}"
    if seconds > shot.seconds:
        return f"{seconds:.2f} s of the processor"
    if status != 200:
        return ""
    return _unfit(shot, body)


def _unfit(shot: Shot, body: bytes) -> str:
    """Return the error of an API server for a review, or an empty text."""
    review = json.loads(shot.body.decode("utf-8").removeprefix("\ufeff"))
    try:
        admission = apiserver.admit(review, 200, body)
    except AssertionError as error:
        return f"{type(error).__name__}: {error}"
    if admission.allowed or admission.message:
        return ""
    return "a denial without a reason"


def plain() -> Json:
    """Return the review of a pod with fields of many kinds, which is injected."""
    review = fuzz_bodies.model()
    metadata = review["request"]["object"]["metadata"]
    metadata["labels"]["sidecar.istio.io/inject"] = "true"
    metadata["annotations"]["sidecar.istio.io/inject"] = "true"
    return review


def _shot(number: int, chance: Chance, largest: int) -> Shot:
    review = plain()
    size = _size(chance, largest)
    kinds = chance.choices(KINDS, k=chance.choice((1, 1, 1, 2, 2, 3)))
    for kind in kinds:
        kind(chance, review["request"]["object"], size // len(kinds))
    raw = json.dumps(review, ensure_ascii=chance.random() < 0.5).encode(
        "utf-8", "surrogatepass"
    )
    if chance.random() < 0.02:
        raw = _broken(chance, raw)
    return Shot(
        number=number,
        made=tuple(kind.__name__.strip("_") for kind in kinds),
        path=_path(chance),
        # Several kinds together may multiply, and a longer body shows nothing new.
        body=raw[: BODY_LIMIT + MEBIBYTE],
    )


def _size(chance: Chance, largest: int) -> int:
    """Return the size of a pod, about, in bytes: mostly small."""
    return int(largest ** chance.choice((0.3, 0.5, 0.7, 0.8, 0.9, 0.98)))


def _path(chance: Chance) -> str:
    start = chance.choice(("/inject", "/inject", "/validate"))
    return start + chance.choice(
        (
            *("",) * 6,
            "/cluster/c1/net/n1",
            "/:ENV:cluster=c:ENV:net=n:ENV:A=b:ENV:=x",
            "/cluster//net/",
            "/k/--slash--/cluster/a.b_c",
            "/a" * 1000,
            f"/ISTIO_META_{'X' * 3000}/y",
        )
    )


def _broken(chance: Chance, raw: bytes) -> bytes:
    at = chance.randrange(len(raw))
    return chance.choice(
        (
            raw[:at],
            raw[:at] + chance.randbytes(3) + raw[at:],
            raw + b" " * (BODY_LIMIT + 1 - len(raw)),
            raw[:at] + b"[" * 100_000 + raw[at:],
            raw.replace(b'"app"', b"1" * 5000, 1),
            raw.replace(b'"app"', b"NaN", 1),
            raw.replace(b'"app"', b"1e999", 1),
            raw.replace(b'"app"', b"-0.0", 1),
            raw.replace(b'"app"', b'"\\ud800"', 1),
        )
    )


# Texts


def bomb(chance: Chance, size: int) -> str:
    """Return YAML that expands, or that is invalid."""
    width, depth = chance.choice(((8, 7), (2, 30), (40, 4), (9, 9), (2, 200)))
    start = chance.choice(("{k: v, l: v, m: v}", "[x, x, x]", "xxxxxxxx", "{}"))
    form = chance.choice(("{{<<: [{0}]}}", "[{0}]", "{{a: [{0}], <<: *a{1}}}"))
    lines = [f"a0: &a0 {start}"]
    for level in range(1, depth + 1):
        below = level - 1
        named = ",".join([f"*a{below}"] * width)
        lines.append(f"a{level}: &a{level} {form.format(named, below)}")
    many = max(1, min(size, ANNOTATIONS) // 12)
    top = chance.choice(("", "proxyMetadata: ", "tracing: {zipkin: "))
    return chance.choice(
        (
            lambda: "\n".join(lines),
            lambda: "a: &a [*a, *a]",
            lambda: "&a {*a : *a}",
            lambda: top + "[" * min(many, 20_000),
            lambda: top + "{a: " * min(many, 20_000),
            lambda: "- " * min(many, 20_000) + "x",
            lambda: "? " * min(many, 20_000) + "x",
            lambda: (
                "proxyMetadata:\n" + "".join(f" K{index}: v\n" for index in range(many))
            ),
            lambda: (
                "proxyMetadata: {"
                + ",".join(f"&a{i} k{i}: v" for i in range(many))
                + "}"
            ),
            lambda: "x: &a {b: c}\ny: {" + "<<: *a, " * many + "}",
            lambda: "---\n" * many,
            lambda: "a: |\n" + " x\n" * many,
            lambda: '"' + "\\x41" * many + '"',
            lambda: "a: 'x\n" + "\n" * many + "'",
            lambda: "# " + "x" * many,
            lambda: "&" + "a" * many + " b",
            lambda: "!" + "a" * many + " b",
            lambda: "? " + "k" * many + "\n: v",
            lambda: "k" * many + ": v",
            lambda: "%YAML 1.1\n" * min(many, 1000) + "--- x",
        )
    )()


def broken(chance: Chance, size: int) -> str:
    """Return JSON or YAML with an error after an anchor, a tag or the like."""
    start = chance.choice(
        ("&a ", "!!x ", "!<x> ", "<<: ", "&a b: &a ", "*a", "!!binary ", "!!float ")
    )
    rest = chance.choice(
        ("b: c", "{", "[", "'", '"', "b: c: d", "\t", "- a\nb", "*b", "@", "%", "`")
    )
    closed = '{"v":{"emptyDir":{}}}'
    return chance.choice(
        (
            lambda: start + rest,
            lambda: closed[: chance.randrange(len(closed))],
            lambda: closed + rest,
            lambda: start + closed,
            lambda: closed.replace('"v"', start),
            lambda: '{"a":' * min(size, 30_000),
            lambda: "[" * min(size, 100_000),
            lambda: "[" * chance.choice((90, 300, 600, 900, 2000)) + "1",
            lambda: _nested(chance.choice((60, 90, 200, 400, 800))),
            lambda: '{"name":NaN,"a":Infinity,"b":-Infinity}',
            lambda: f'{{"v":{"1" * min(size, 6000)}}}',
            lambda: '{"a":1e999}',
            lambda: '["\\ud800"]',
            lambda: '{"containers":[{"name":"istio-proxy","x":NaN}]}',
        )
    )()


def _nested(depth: int) -> str:
    inside = "[" * depth + "]" * depth
    return f'{{"containers":[{{"name":"istio-proxy","x":{inside}}}]}}'


def number(chance: Chance, size: int) -> str:
    """Return a text like a number, a quantity, a duration, ports or ranges."""
    digits = chance.choice((1, 5, 30, 4000, 4400, min(size, 60_000)))
    many = max(1, min(size, ANNOTATIONS) // 12)
    return chance.choice(
        (
            lambda: "1" * digits,
            lambda: "1" * digits + "x",
            lambda: "0" * digits,
            lambda: "0x" + "f" * digits,
            lambda: "-" * min(digits, 100) + "1",
            lambda: "1." * digits,
            lambda: "1e" + "9" * digits,
            lambda: "1E-" + "9" * digits,
            lambda: "." * digits,
            lambda: "1" * digits + ".5" + "0" * digits + "Ki",
            lambda: "9" * digits + "Ei",
            lambda: "1h" * digits,
            lambda: "1" * digits + "s",
            lambda: "1_" * digits + "0",
            lambda: "1:" * digits + "0",
            lambda: "0b" + "1" * digits,
            lambda: "١٢٣",
            lambda: "\uff11",
            lambda: ",".join(["80"] * many),
            lambda: "," * many,
            lambda: ",".join(f"10.0.{index % 256}.0/8" for index in range(many)),
            lambda: "::/" + "1" * digits,
            lambda: "1" * digits + ".0.0.0/8",
            lambda: "10.0.0.0/" + "0" * digits + "8",
            lambda: " " * digits + "80" + "\t" * digits,
            lambda: ",".join(f"{index}:/x" for index in range(many)),
            lambda: "m" * digits,
            lambda: "1m" * digits,
            lambda: "*" * digits,
        )
    )()


def words(chance: Chance, size: int) -> str:
    """Return any text."""
    return chance.choice(
        (
            lambda: chance.choice(ODD_TEXTS),
            lambda: _repeated(chance.choice(ODD_TEXTS), min(size, ANNOTATIONS)),
            lambda: "".join(chance.choices(ODD_TEXTS[:-1], k=min(size, 200))),
            lambda: ",".join(chance.choices(TEMPLATES, k=3)),
            lambda: ",".join(["sidecar"] * max(1, min(size, ANNOTATIONS) // 8)),
            lambda: "".join(
                chr(chance.randrange(0xD800)) for _ in range(min(size, 300))
            ),
        )
    )()


def _repeated(text: str, size: int) -> str:
    return text * (size // len(text)) if text else text


def forged(chance: Chance, size: int) -> str:
    """Return a text like one that an injection writes."""
    many = max(1, min(size, 120_000) // 12)
    names: Any = chance.choice(
        (
            [f"n{index}" for index in range(many)],
            ["istio-proxy"] * many,
            ["istio-proxy", "istio-init", "logs", "app"],
            _odd(chance),
            [_odd(chance)],
        )
    )
    parts: list[Any] = [
        {"name": name, **_odd_container(chance)}
        for name in (names if isinstance(names, list) else ["istio-proxy"])
    ]
    held = names if chance.random() < 0.5 else parts
    kinds = ("containers", "initContainers", "volumes", "imagePullSecrets", "x")
    chosen = chance.sample(kinds, chance.choice((1, 2, 5)))
    text = json.dumps(dict.fromkeys(chosen, held) | {"revision": 5})
    odd = chance.choice(("NaN", "1e999", '"\\ud800"', "-0.0", "1" * 5000, '{"a":1}'))
    place = chance.choice(('"n1"', '"istio-proxy"', "5", "true", "null"))
    return text.replace(place, odd, 1) if chance.random() < 0.3 else text


def _odd(chance: Chance) -> Any:
    """Return an odd value that no other pod has."""
    return copy.deepcopy(chance.choice(ODD_VALUES))


def _odd_container(chance: Chance) -> Json:
    if chance.random() < 0.7:
        return {}
    known: Json = {
        "env": [{"name": "A", "value": "n1"}, {"name": "A"}],
        "ports": [{"containerPort": 5, "name": "n1"}],
        "args": ["n1"],
        "volumeMounts": [{"name": "n1", "mountPath": "/n"}],
        "resources": {"limits": {"cpu": "5", "n1": "n1"}, "claims": [{"name": "n1"}]},
        "x": [{"a": 5, "b": [True, None, "n1"]}],
    }
    if chance.random() < 0.5:
        return dict(chance.sample([*known.items()], 3))
    key = chance.choice((*ODD_KEYS, *known, "image"))
    return {key: _odd(chance)}


TEXTS = (bomb, broken, number, words, forged)


# Kinds


def _annotations(chance: Chance, pod: Json, size: int) -> None:
    """Set known annotations and labels to texts for them, or for others."""
    metadata = _own(pod, "metadata")
    for _ in range(chance.choice((1, 1, 2, 5))):
        name = chance.choice(KNOWN)
        of = {YAML: bomb, JSON: broken, NUMBERS: number, WORDS: words}
        meant = next(make for names, make in of.items() if name in names)
        if name in JSON[2:4] and chance.random() < 0.6:
            meant = forged
        make = meant if chance.random() < 0.7 else chance.choice(TEXTS)
        where = "labels" if chance.random() < 0.15 else "annotations"
        _own(metadata, where)[name] = make(chance, size)


def _many_annotations(chance: Chance, pod: Json, size: int) -> None:
    """Have tens of thousands of labels or annotations."""
    where = chance.choice(("labels", "annotations"))
    start = chance.choice(
        ("k", "prometheus.io/", "sidecar.istio.io/", "$", "prometheus-")
    )
    found = _own(_own(pod, "metadata"), where)
    for index in range(size // (len(start) + 14)):
        found[f"{start}{index}"] = chance.choice(("", "x"))


def _long_annotation(chance: Chance, pod: Json, size: int) -> None:
    """Have annotations about as long as an API server's limit, or longer."""
    found = _own(_own(pod, "metadata"), "annotations")
    long = chance.choice((ANNOTATIONS - 900, ANNOTATIONS, size))
    text = chance.choice(("x", "a: b\n", "\u2028", "- ", '"', "{", "\\", "1"))
    found[chance.choice(KNOWN)] = (text * long)[: min(long, size)]


def _many(chance: Chance, pod: Json, size: int) -> None:
    """Have tens of thousands of anything that pods have lists of."""
    spec = _own(pod, "spec")
    kind, element = chance.choice(
        (
            ("containers", {"image": "i"}),
            ("initContainers", {"image": "i"}),
            ("ephemeralContainers", {"image": "i"}),
            ("volumes", {"emptyDir": {}}),
            ("imagePullSecrets", {}),
            ("tolerations", {"key": "a"}),
            ("hostAliases", {"ip": "10.0.0.1"}),
            ("topologySpreadConstraints", {"topologyKey": "a"}),
            ("resourceClaims", {}),
            ("schedulingGates", {}),
            ("readinessGates", {"conditionType": "a"}),
        )
    )
    spec[kind] = _elements(chance, element, size)


def _many_inside(chance: Chance, pod: Json, size: int) -> None:
    """Have tens of thousands of anything that containers have lists of."""
    kind, element = chance.choice(
        (
            ("ports", {"containerPort": 80}),
            ("env", {"value": "v"}),
            ("envFrom", {"prefix": "a"}),
            ("volumeMounts", {"mountPath": "/a"}),
            ("volumeDevices", {"devicePath": "/a"}),
            ("resizePolicy", {"resourceName": "cpu"}),
        )
    )
    container = _container(chance, pod)
    container[kind] = _elements(chance, element, size)
    if chance.random() < 0.2:
        container[chance.choice(("args", "command"))] = ["a"] * (size // 8)


def _many_owners(chance: Chance, pod: Json, size: int) -> None:
    """Have many owners, finalizers or entries of managed fields."""
    metadata = _own(pod, "metadata")
    many = size // 60
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "uid": "u"}
    metadata["ownerReferences"] = [
        {**owner, "name": f"o{index}", "controller": chance.random() < 0.5}
        for index in range(many)
    ]
    metadata["finalizers"] = ["f"] * chance.choice((0, many))


def _many_values(chance: Chance, pod: Json, size: int) -> None:
    """Have large mappings: limits, node selectors, unknown fields."""
    spec = _own(pod, "spec")
    held = {
        f"k{index}": chance.choice(("1", "x", "1Gi")) for index in range(size // 14)
    }
    where = chance.choice(("limits", "requests", "selector", "unknown", "overhead"))
    if where in ("limits", "requests"):
        _own(_container(chance, pod), "resources")[where] = held
    else:
        names = {"selector": "nodeSelector", "overhead": "overhead"}
        spec[names.get(where, "unknown")] = held


def _elements(chance: Chance, element: Json, size: int) -> list[Any]:
    """Return many elements with names, with one name, with odd names or without."""
    many = max(1, size // (len(json.dumps(element)) + 14))
    names: Callable[[int], Any] = chance.choice(
        (
            lambda index: f"n{index}",
            lambda index: f"n{index}",
            lambda _: "istio-proxy",
            lambda _: "app",
            lambda index: ("", None, 5, f"n{index}")[index % 4],
            lambda index: f"n{index // 2}",
        )
    )
    bare = chance.random()
    if bare < 0.1:
        return [dict(element) for _ in range(many)]
    if bare < 0.2:
        empty: Any = chance.choice(({}, [], None, 0, "", {"a": 0}))
        return [empty] * (size // (len(json.dumps(empty)) + 2))
    made = [{"name": names(index), **element} for index in range(many)]
    varied = chance.choice((None, None, "containerPort", "mountPath", "key", "ip"))
    for index, each in enumerate(made if varied else ()):
        each[varied or ""] = index if varied == "containerPort" else f"/{index}"
    return made


def _odd_names(chance: Chance, pod: Json, size: int) -> None:
    """Have containers without names, or with odd ones."""
    del size
    odd: tuple[Any, ...] = (
        None,
        "",
        5,
        True,
        [],
        {},
        "istio-proxy",
        "app",
        chance.choice(ODD_TEXTS),
    )
    for kind in ("containers", "initContainers"):
        found = [{"image": "i"} for _ in range(chance.choice((1, 2, 3)))]
        for container in found:
            if chance.random() < 0.7:
                container["name"] = chance.choice(odd)
        _own(pod, "spec")[kind] = found


def _odd_value(chance: Chance, pod: Json, size: int) -> None:
    """Have a value of another type, anywhere."""
    del size
    for _ in range(chance.choice((1, 2, 6))):
        parent, key = chance.choice(_places(pod))
        if chance.random() < 0.2:
            del parent[key]
            continue
        parent[key] = chance.choice((_odd(chance), chance.choice(ODD_TEXTS)))


def _odd_key(chance: Chance, pod: Json, size: int) -> None:
    """Have keys that mean something to code, anywhere."""
    del size
    parents = [parent for parent, _ in _places(pod) if isinstance(parent, dict)]
    for _ in range(chance.choice((1, 2, 6))):
        chance.choice(parents)[chance.choice(ODD_KEYS)] = _odd(chance)


def _odd_text(chance: Chance, pod: Json, size: int) -> None:
    """Have odd and long texts where texts belong."""
    places = [
        (parent, key) for parent, key in _places(pod) if isinstance(parent[key], str)
    ]
    for _ in range(chance.choice((1, 2, 6))):
        parent, key = chance.choice(places)
        text = chance.choice((*ODD_TEXTS, words(chance, 300)))
        long = chance.random() < 0.2
        parent[key] = text * max(1, size // (4 * len(text) or 1)) if long else text


def _deep(chance: Chance, pod: Json, size: int) -> None:
    """Nest deeply, in a known or an unknown field."""
    parent, key = chance.choice(_places(pod))
    depth = chance.choice((30, 80, 90, 95, 99, 101, 300))
    filling: Any = "x" * min(size, 1000)
    made: Any = [filling] * max(1, min(100, size // 1000))
    for _ in range(depth):
        made = {chance.choice(("a", "name", "spec")): made, "b": 1}
        if chance.random() < 0.3:
            made = [made]
    parent[key] = made


def _probes(chance: Chance, pod: Json, size: int) -> None:
    """Have probes and hooks of any kind."""
    del size
    container = _container(chance, pod)
    port: Any = chance.choice((80, "http", 15020, "x" * 5000, 2**40, None, {}, "0"))
    action = chance.choice(("httpGet", "tcpSocket", "grpc", "exec", "sleep"))
    header = {"name": chance.choice(ODD_TEXTS), "value": None}
    probe = {action: {"port": port, "path": None, "httpHeaders": [header, None]}}
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        container[name] = {**probe, "timeoutSeconds": _odd(chance)}
    container["lifecycle"] = {"preStop": probe, "postStart": None, "x": probe}
    names = _own(_own(pod, "metadata"), "annotations")
    names["sidecar.istio.io/rewriteAppHTTPProbers"] = "true"


def _injected(chance: Chance, pod: Json, size: int) -> None:
    """Look injected: an own sidecar, a forged status."""
    spec = _own(pod, "spec")
    own: Json = {"name": chance.choice(("istio-proxy", "logs")), "image": "auto"}
    own |= _odd_container(chance)
    own["env"] = [
        {"name": "ISTIO_KUBE_APP_PROBERS", "value": broken(chance, size)},
        {"name": "ENVOY_SECURE_MERGED_METRICS_PORT", "value": number(chance, 5000)},
    ]
    where = chance.choice(("containers", "initContainers"))
    found = spec.get(where)
    spec[where] = [own, *(found if isinstance(found, list) else [])]
    names = _own(_own(pod, "metadata"), "annotations")
    if chance.random() < 0.7:
        names["sidecar.istio.io/status"] = forged(chance, size // 2)
    if chance.random() < 0.5:
        names["proxy.istio.io/overrides"] = forged(chance, size // 2)


def _same_names(chance: Chance, pod: Json, size: int) -> None:
    """Name tens of thousands of elements in the status, the overrides and the pod."""
    many = min(size // 70, 10_000)
    listed = [f"n{index}" for index in range(many)]
    held = {"containers": [{"name": name} for name in listed]}
    names = _own(_own(pod, "metadata"), "annotations")
    names["sidecar.istio.io/status"] = json.dumps({"containers": listed})
    names["proxy.istio.io/overrides"] = json.dumps(held)
    start = chance.choice(("n", "x"))
    _own(pod, "spec")["containers"] = [
        {"name": f"{start}{index}", "image": "i"} for index in range(many)
    ]


KINDS: tuple[Callable[[Chance, Json, int], None], ...] = (
    *(_annotations,) * 10,
    *(_many_annotations, _long_annotation, _many, _many, _many_inside, _many_inside),
    *(_many_owners, _many_values, _odd_names, _odd_value, _odd_key, _odd_text, _deep),
    *(_probes, _injected, _injected, _same_names),
)


def _own(parent: Json, key: str) -> Json:
    if not isinstance(parent.get(key), dict):
        parent[key] = {}
    found: Json = parent[key]
    return found


def _container(chance: Chance, pod: Json) -> Json:
    found = _own(pod, "spec").get(chance.choice(("containers", "initContainers")))
    if not (isinstance(found, list) and found and isinstance(found[0], dict)):
        found = pod["spec"]["containers"] = [{"name": "app", "image": "i"}]
    first: Json = found[0]
    return first


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Return mappings and lists in *value*, with their first keys or indices."""
    places: list[tuple[Any, Any]] = []
    rest = [value]
    while rest and len(places) < 3000:
        parent = rest.pop()
        keys = [*parent] if isinstance(parent, dict) else [*range(len(parent))]
        for key in keys[:50]:
            places.append((parent, key))
            if isinstance(parent[key], dict | list):
                rest.append(parent[key])
    return places
