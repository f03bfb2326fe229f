"""The checks of the values of a pod's annotations."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from injector.base.errors import PodError
from injector.base.messages import listed, shown
from injector.formats import depth, golang
from injector.istio.mesh import proxy_config, proxy_rules
from injector.istio.pod import names
from injector.kubernetes import schema
from injector.releases.annotations import ANNOTATIONS
from injector.releases.history import rule
from injector.releases.release import Release, holding

Rule = Callable[[str, Release], str | None]
"""Returns what is wrong with the value of an annotation; None if it is valid."""

HIGHEST = 2**32 - 1
LONGEST_INTERFACE = 15
PORTS = "ports from 0 to 65535 with commas between them"
RANGES = "IP ranges such as 10.0.0.0/8 with commas and no spaces"
INTERFACES = "names of network interfaces with commas between them"

_INTERFACE = re.compile(r"[a-zA-Z][a-zA-Z0-9_.-]*")


def check(annotations: Mapping[str, Any], release: Release) -> None:
    """Check the values of all annotations that *release* checks.

    Raises:
        PodError: with a sentence for each invalid value.
    """
    problems = [
        f"annotation {name}: {problem}"
        for name, kind in known(release).items()
        if name in annotations and kind in RULES
        if (problem := _problem(RULES[kind], annotations[name], release))
    ]
    if problems:
        raise PodError(listed(problems))


def unread(annotations: Mapping[str, Any]) -> str:
    """Return what is wrong with the JSON in annotations; empty if it can be read."""
    problems = []
    for name in (names.USER_VOLUME, names.USER_VOLUME_MOUNT):
        value = annotations.get(name, "{}")
        try:
            found = depth.loads(value)
        except (TypeError, ValueError):
            problems.append(f"annotation {name} is no JSON: {shown(value)}")
            continue
        if found is not None and not isinstance(found, dict | list):
            problems.append(
                f"annotation {name}: {_want('a mapping of names in JSON', value)}"
            )
    return listed(problems)


@cache
def known(release: Release) -> Mapping[str, str]:
    """Return the annotations that *release* has a rule for, and the kind of each."""
    return holding(ANNOTATIONS, release)


def _problem(check: Rule, value: Any, release: Release) -> str | None:
    return check(value, release) if isinstance(value, str) else _want("text", value)


def _want(wanted: str, value: Any) -> str:
    return f"want {wanted}, not {shown(value)}"


def _each(value: str, is_right: Callable[[str], bool], wanted: str) -> str | None:
    """Return what is wrong with the first invalid item of a list with commas."""
    wrong = next((part for part in value.split(",") if not is_right(part)), None)
    return None if wrong is None else _want(wanted, wrong)


def interception_mode(value: str, release: Release) -> str | None:
    """Check an interception mode."""
    modes = rule(release, "interception_modes")
    return None if value in modes else _want(f"one of {', '.join(modes)}", value)


def status_port(value: str, _: Release) -> str | None:
    """Check a port."""
    return None if is_port(value) else _want("a port from 0 to 65535", value)


def number(value: str, _: Release) -> str | None:
    """Check a whole number of 32 bits."""
    fits = golang.unsigned(value, HIGHEST) is not None
    return None if fits else _want(f"a whole number from 0 to {HIGHEST}", value)


def boolean(value: str, _: Release) -> str | None:
    """Check a boolean."""
    return _want("true or false", value) if golang.boolean(value) is None else None


def ports(value: str, _: Release, wanted: str = PORTS) -> str | None:
    """Check a list of ports."""
    return _each(value, is_port, wanted) if value.strip(golang.SPACES) else None


def ports_or_all(value: str, release: Release) -> str | None:
    """Check a list of ports, or ``*`` for all."""
    return None if value == "*" else ports(value, release, f"* or {PORTS}")


def ranges(value: str, release: Release, wanted: str = RANGES) -> str | None:
    """Check a list of IP ranges."""
    strict = rule(release, "strict_cidr_length")
    is_right = partial(is_cidr, strict=strict)
    return _each(value, is_right, wanted) if value else None


def ranges_or_all(value: str, release: Release) -> str | None:
    """Check a list of IP ranges, or ``*`` for all."""
    return None if value == "*" else ranges(value, release, f"* or {RANGES}")


def quantity(value: str, _: Release) -> str | None:
    """Check a quantity of a resource."""
    fine = schema.is_quantity(value) and value == value.strip(golang.SPACES)
    return None if fine else _want("a quantity such as 100m or 128Mi", value)


def interfaces(value: str, _: Release) -> str | None:
    """Check a list of network interfaces."""
    return _each(value, is_interface, INTERFACES) if value else None


def proxy(value: str, release: Release) -> str | None:
    """Check a ProxyConfig."""
    layer, problems = proxy_config.read_annotation(value, release)
    problems = problems or tuple(proxy_rules.problems(layer, release))
    return listed(problems) or None


def is_port(text: str) -> bool:
    """Tell whether *text*, trimmed, is a number of 16 bits."""
    number = golang.unsigned(text.strip(golang.SPACES), proxy_rules.HIGHEST_PORT)
    return number is not None


def is_cidr(text: str, *, strict: bool) -> bool:
    """Tell whether *text* is an IP address, a slash and the length of a prefix."""
    address, _, length = text.rpartition("/")
    if not proxy_rules.is_ip(address):
        return False
    number = golang.unsigned(length, ipaddress.ip_address(address).max_prefixlen)
    return number is not None and not (strict and length != str(number))


def is_interface(text: str) -> bool:
    """Tell whether *text*, trimmed, names a network interface."""
    name = text.strip(golang.SPACES)
    return len(name) <= LONGEST_INTERFACE and bool(_INTERFACE.fullmatch(name))


RULES: Mapping[str, Rule] = {
    "way to intercept": interception_mode,
    "port": status_port,
    "number": number,
    "boolean": boolean,
    "ports": ports,
    "ports or all": ports_or_all,
    "ranges": ranges,
    "ranges or all": ranges_or_all,
    "quantity": quantity,
    "interfaces": interfaces,
    "proxy configuration": proxy,
}
"""The check of each kind of value; kinds without one may have any value."""
