"""The validation of a ProxyConfig, as istiod validates it."""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any

from injector.base.messages import shown
from injector.formats import durations, golang
from injector.istio.mesh.mesh_overlay import overlay_proxy
from injector.releases import mesh_defaults
from injector.releases.history import rule
from injector.releases.release import Release

PORT = "want a port from 1 to 65535"
LONGEST_NAME = 255
LONGEST_LABEL = 63
HIGHEST_PORT = 65535

HOST_IP = "$(HOST_IP)"
"""The agent replaces it by the node's address when it starts."""

_LABEL = re.compile(r"[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?")


def problems(layer: Mapping[str, Any], release: Release) -> list[str]:
    """Return a sentence for each rule that the defaults overlaid with *layer* break."""
    proxy = overlay_proxy(mesh_defaults.proxy(release), layer, release)
    return [
        *_paths(proxy),
        *_times(proxy, release),
        *_addresses(proxy),
        *_ports(proxy, release),
        *_policy(proxy),
        *_tracing(proxy, release),
        *_keys(proxy, release),
    ]


def _paths(proxy: Mapping[str, Any]) -> Iterator[str]:
    for name in ("configPath", "binaryPath"):
        if not proxy.get(name):
            yield f"{name} is empty, want a path"
    if not proxy.get("serviceCluster") and "tracingServiceName" not in proxy:
        yield "serviceCluster is empty, want a name"


def _times(proxy: Mapping[str, Any], release: Release) -> Iterator[str]:
    names = ["drainDuration"]
    if rule(release, "checks_parent_shutdown"):
        names.append("parentShutdownDuration")
    times = [durations.parse(proxy[name]) for name in names]
    for name, time in zip(names, times, strict=True):
        if time < durations.MILLI or time % durations.SECOND:
            wanted = "one second or more, whole seconds"
            yield f"{name} is {shown(proxy[name])}, want {wanted}"
    drain, *parent = times
    if parent and parent[0] <= drain:
        yield (
            f"drainDuration is {shown(proxy['drainDuration'])}, want less than"
            f" parentShutdownDuration, {shown(proxy['parentShutdownDuration'])}"
        )


def _addresses(proxy: Mapping[str, Any]) -> Iterator[str]:
    addresses = {
        "discoveryAddress": proxy.get("discoveryAddress", ""),
        **{
            name: proxy[name]
            for name in ("statsdUdpAddress", "envoyMetricsServiceAddress")
            if proxy.get(name)
        },
        **{
            f"{name}.address": proxy[name]["address"]
            for name in ("envoyMetricsService", "envoyAccessLogService")
            if proxy.get(name, {}).get("address")
        },
    }
    for name, address in addresses.items():
        if not is_address(address):
            yield f"{name} is {shown(address)}, want host:port"


def _ports(proxy: Mapping[str, Any], release: Release) -> Iterator[str]:
    names = ["proxyAdminPort"]
    if rule(release, "checks_status_port"):
        names.append("statusPort")
    for name in names:
        port = proxy.get(name, 0)
        if not 1 <= port <= HIGHEST_PORT:
            yield f"{name} is {port}, {PORT}"


def _policy(proxy: Mapping[str, Any]) -> Iterator[str]:
    policy = proxy.get("controlPlaneAuthPolicy", "NONE")
    if policy not in {"NONE", "MUTUAL_TLS"}:
        yield f"controlPlaneAuthPolicy is {shown(policy)}, want NONE or MUTUAL_TLS"


def _tracing(proxy: Mapping[str, Any], release: Release) -> Iterator[str]:
    tracing = proxy.get("tracing", {})
    for name in ("zipkin", "lightstep", "datadog"):
        if name not in tracing:
            continue
        address = tracing[name].get("address", "")
        known = address if name == "lightstep" else address.replace(HOST_IP, "1.1.1.1")
        if not is_address(known):
            yield f"tracing.{name}.address is {shown(address)}, want host:port"
    if "lightstep" in tracing and not tracing["lightstep"].get("accessToken"):
        yield "tracing.lightstep.accessToken is empty, want a token"
    if rule(release, "checks_custom_tags"):
        for name, tag in tracing.get("customTags", {}).items():
            yield from _custom_tag(name, tag)


def _custom_tag(name: str, tag: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a custom tag: it needs a source with a value."""
    needed = {"literal": "value", "environment": "name", "header": "name"}
    source = next(iter(tag), None)
    if not name:
        yield "tracing.customTags has an empty name, want one"
    if source is None:
        yield f"tracing.customTags.{name} is empty, want {', '.join(needed)}"
    elif not tag[source].get(needed[source]):
        path = f"tracing.customTags.{name}.{source}.{needed[source]}"
        yield f"{path} is empty, want text"


def _keys(proxy: Mapping[str, Any], release: Release) -> Iterator[str]:
    if not rule(release, "checks_private_key_provider"):
        return
    provider = proxy.get("privateKeyProvider")
    if provider == {}:
        yield "privateKeyProvider is empty, want cryptomb or qat"
    for name, settings in (provider or {}).items():
        if durations.parse(settings.get("pollDelay", "0s")) == 0:
            yield f"privateKeyProvider.{name}.pollDelay is not set, want a duration"


def is_address(address: str) -> bool:
    """Tell whether *address* is a host name or IP address and a port."""
    host, colon, port = address.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        return False
    number = golang.unsigned(port.removeprefix("+"), HIGHEST_PORT) if colon else None
    return bool(number) and (is_name(host) or is_ip(host))


def is_name(host: str) -> bool:
    """Tell whether *host* is a DNS name; it may end with a dot."""
    if not 1 <= len(host) <= LONGEST_NAME:
        return False
    labels = host.removesuffix(".").split(".")
    return all(
        len(label) <= LONGEST_LABEL and _LABEL.fullmatch(label) for label in labels
    )


def is_ip(text: str) -> bool:
    """Tell whether *text* is an IP address without a zone."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text
