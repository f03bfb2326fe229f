"""Helpers for tests of Istio's releases 1.0 to 1.8."""

from collections.abc import Mapping
from typing import Any

from injector.configuration.config import Config
from injector.istio import flat
from injector.istio.mesh import mesh_config
from injector.istio.pod.context import Situation, Surroundings, surroundings
from injector.releases.release import Release

PROXY = {"name": "istio-proxy", "image": "proxy"}


def around(
    release: str,
    pod: Mapping[str, Any] | None = None,
    situation: Situation | None = None,
    **config: Any,
) -> Surroundings:
    """Return the surroundings of *pod*; *config* has fields of Config."""
    given = Config(
        release=Release.parse(release),
        istio=True,
        from_istio=True,
        **{"template_version": "abc", **config},
    )
    effective = mesh_config.effective(given.mesh, given.release)
    return surroundings(pod or {}, situation or Situation(), given, effective)


def injected(
    pod: dict[str, Any],
    rendered: Mapping[str, Any],
    release: str,
    situation: Situation | None = None,
    **config: Any,
) -> dict[str, Any]:
    """Return *pod* with the *rendered* flat spec."""
    flat.inject(pod, rendered, around(release, pod, situation, **config))
    return pod
