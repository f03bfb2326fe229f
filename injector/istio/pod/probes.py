"""Probe rewriting: the kubelet probes the sidecar's agent, the agent the application.

The kubelet has no certificate of the mesh. So its probes lead to the agent, and a
variable of the sidecar lists the original probes.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from injector.base.tracing import opened
from injector.formats import depth, golang
from injector.istio.pod import names
from injector.istio.pod.sidecar import add_variable, sidecar, status_port
from injector.kubernetes import pods
from injector.kubernetes.pods import INIT_CONTAINERS
from injector.releases.history import rule
from injector.releases.release import Release

HTTP, TCP, GRPC = KINDS = ("httpGet", "tcpSocket", "grpc")
Kinds = frozenset[str]
# In the order in which Go writes them; empty ones are left out, but for the port.
HTTP_FIELDS = ("path", "port", "host", "scheme", "httpHeaders")
TCP_FIELDS = ("port", "host")


class Probe(NamedTuple):
    """A probe or hook of the author's: its handler, and its path at the agent."""

    handler: dict[str, Any]
    kind: str
    path: str
    timeout: Any
    ports: Mapping[str, Any]

    def listed(self, mesh_port: int | None) -> dict[str, Any] | None:
        """Return the entry for the agent; None for an unknown port or the agent's own.

        *mesh_port* is the agent's own: a probe on that number leads there already. A
        named port may have that number.
        """
        action = pods.mapping(self.handler[self.kind])
        entry: dict[str, Any]
        if self.kind == GRPC:
            entry = {"port": action.get("port", 0), "service": action.get("service")}
        else:
            port = action.get("port", 0)
            if isinstance(port, str):
                port = self.ports.get(port)
            elif port == mesh_port:
                port = None
            if port is None:
                return None
            entry = _written({**action, "port": port}, self.kind)
        timeout = {"timeoutSeconds": self.timeout} if self.timeout else {}
        return {self.kind: entry, **timeout}

    def lead_to(self, port: int, *, keep_scheme: bool = False) -> None:
        """Lead the kubelet to the agent at *port*, which speaks HTTP."""
        action = pods.mapping(self.handler.pop(self.kind))
        kept = dict(action) if self.kind == HTTP else {}
        if kept.get("scheme") == "HTTPS" and not keep_scheme:
            kept["scheme"] = "HTTP"
        self.handler[HTTP] = {**kept, "path": self.path, "port": port}


def _written(action: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Return an action with the fields, also of headers, that Go writes."""
    fields = HTTP_FIELDS if kind == HTTP else TCP_FIELDS
    result = {f: action[f] for f in fields if action.get(f) or f == "port"}
    if "httpHeaders" in result:
        result["httpHeaders"] = [
            {"name": header.get("name") or "", "value": header.get("value") or ""}
            for header in pods.elements(result["httpHeaders"])
        ]
    return result


def find(pod: Mapping[str, Any], kinds: Kinds, release: Release) -> Iterator[Probe]:
    """Yield the probes and hooks to rewrite in the author's containers."""
    for container in _containers(pod, release):
        ports = {
            pods.text(port.get("name")): port.get("containerPort", 0)
            for port in pods.elements(container.get("ports"))
        }
        for handler, path in _handlers(container, release):
            kind = next((k for k in KINDS if isinstance(handler.get(k), dict)), None)
            if kind in kinds:
                yield Probe(
                    handler=handler,
                    kind=kind,
                    path=path,
                    timeout=handler.get("timeoutSeconds"),
                    ports=ports,
                )


def _containers(pod: Mapping[str, Any], release: Release) -> list[dict[str, Any]]:
    """Return the containers whose probes are rewritten: all but the sidecar."""
    found = pods.containers(pod)
    if rule(release, "rewrites_init_containers"):
        found += pods.containers(pod, INIT_CONTAINERS)
    return [container for container in found if container.get("name") != names.PROXY]


def _handlers(
    container: Mapping[str, Any], release: Release
) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the probes and hooks of *container*, with the path of each at the agent."""
    name = pods.text(container.get("name"))
    health, lifecycle = f"/app-health/{name}", f"/app-lifecycle/{name}"
    yield pods.mapping(container.get("readinessProbe")), f"{health}/readyz"
    yield pods.mapping(container.get("livenessProbe")), f"{health}/livez"
    if rule(release, "rewrites_startup"):
        yield pods.mapping(container.get("startupProbe")), f"{health}/startupz"
    if rule(release, "rewrites_lifecycle"):
        hooks = pods.mapping(container.get("lifecycle"))
        # Kubernetes has no hooks that speak gRPC.
        for field, end in (("preStop", "prestopz"), ("postStart", "poststartz")):
            hook = pods.mapping(hooks.get(field))
            if GRPC not in hook:
                yield hook, f"{lifecycle}/{end}"


def rewritten_kinds(features: Mapping[str, str], release: Release) -> Kinds:
    """Return the kinds of probes that are rewritten."""
    kinds = {HTTP}
    switched_off = (
        rule(release, "tcp_switch")
        and golang.boolean(features.get("REWRITE_TCP_PROBES")) is False
    )
    if rule(release, "rewrites_tcp") and not switched_off:
        kinds.add(TCP)
    if rule(release, "rewrites_grpc"):
        kinds.add(GRPC)
    return frozenset(kinds)


def is_wanted(pod: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Tell whether probes are rewritten: by annotation, else by the *values*."""
    annotation = golang.boolean(pods.annotations(pod).get(names.REWRITE_PROBES))
    if annotation is None:
        webhook = pods.mapping(values.get("sidecarInjectorWebhook"))
        return webhook.get("rewriteAppHTTPProbe") is True
    return annotation


def listed(probes: Iterable[Probe], mesh_port: int | None) -> dict[str, Any]:
    """Return the entries for the agent by path, sorted; see ``Probe.listed``."""
    entries = {probe.path: probe.listed(mesh_port) for probe in probes}
    return {path: entries[path] for path in sorted(entries) if entries[path]}


def rewrite_probes(
    pod: dict[str, Any],
    mesh: Mapping[str, Any],
    kinds: Kinds,
    release: Release,
    *,
    again: bool,
) -> None:
    """Lead the kubelet's probes to the agent, and list the original ones for it.

    *again*: the pod was injected before, so its probes may lead to the agent already.
    """
    proxy = sidecar(pod, release)
    if proxy is None:
        return
    found = list(find(pod, kinds, release))
    mesh_port = status_port(mesh)
    if entries := listed(found, mesh_port):
        _set_variable(proxy, entries, release, again=again)
    port = agent_port(pod, mesh_port)
    for probe in found:
        probe.lead_to(port)


def _set_variable(
    proxy: dict[str, Any], entries: dict[str, Any], release: Release, *, again: bool
) -> None:
    """Set the sidecar's variable that lists the original probes."""
    rewriting = rule(release, "probers_again")
    if not again or rewriting == "append":
        add_variable(proxy, names.PROBERS_VARIABLE, golang.compact(entries))
        return
    variable = pods.named(pods.elements(proxy.get("env")), names.PROBERS_VARIABLE)
    if variable is not None:
        _merge_into(variable, entries)
    elif rewriting == "merge or append":
        add_variable(proxy, names.PROBERS_VARIABLE, golang.compact(entries))


def _merge_into(variable: dict[str, Any], entries: dict[str, Any]) -> None:
    """Add *entries* to the list in *variable*, whose own entries win."""
    try:
        before = depth.loads(opened(variable.get("value") or ""))
    except (TypeError, ValueError):
        return
    if isinstance(before, dict):
        both = {**entries, **before}
        variable["value"] = golang.compact({path: both[path] for path in sorted(both)})


def agent_port(pod: Mapping[str, Any], mesh_port: int) -> int:
    """Return the agent's port: by annotation of *pod*, else the mesh's."""
    text = str(pods.annotations(pod).get(names.STATUS_PORT, ""))
    port = golang.integer(text)
    return mesh_port if port is None else port
