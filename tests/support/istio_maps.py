"""Small ConfigMaps like Istio's."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shared_data import shared_folder

SIDECAR = """\
metadata:
  labels:
    service.istio.io/canonical-name: {{ .DeploymentMeta.Name | quote }}
spec:
  containers:
  - name: istio-proxy
    image: "{{ .ProxyImage }}"
    args:
    - --level={{ annotation .ObjectMeta `sidecar.istio.io/logLevel` .Values.level }}
    env:
    - name: PROXY_CONFIG
      value: '{{ protoToJSON .ProxyConfig }}'
"""
VALUES: Mapping[str, Any] = {
    "level": "info",
    "global": {"hub": "example.com", "tag": "1.30.1"},
}


def config_map(
    name: str, data: Mapping[str, str], labels: Mapping[str, str] | None = None
) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "labels": dict(labels or {})},
        "data": dict(data),
    }


def config(**entries: Any) -> str:
    return json.dumps(
        {"policy": "enabled", "templates": {"sidecar": SIDECAR}, **entries}
    )


def injector(
    text: str | None = None,
    values: Any = VALUES,
    labels: Mapping[str, str] | None = None,
    name: str = "istio-sidecar-injector",
) -> dict[str, Any]:
    data = {"config": config() if text is None else text}
    if values is not None:
        data["values"] = values if isinstance(values, str) else json.dumps(values)
    return config_map(name, data, labels)


def mesh(
    text: str = "{}", labels: Mapping[str, str] | None = None, name: str = "istio"
) -> dict[str, Any]:
    return config_map(name, {"mesh": text, "meshNetworks": "networks: {}"}, labels)


def documents(release: str) -> str:
    """Return Istio's own ConfigMaps of a release, or ours without the recorded data."""
    folder = shared_folder() / "istio" / release / "configmaps"
    files = [folder / f"{name}.yaml" for name in ("istio-sidecar-injector", "istio")]
    if folder.is_dir():
        return "\n---\n".join(file.read_text(encoding="utf-8") for file in files)
    return "\n---\n".join(map(json.dumps, (injector(), mesh())))


def environ(name: str, folder: Path) -> dict[str, str]:
    """Return the environment for the bundled configuration, or a release's."""
    if name == "bundled":
        return {}
    file = folder / "istio.yaml"
    file.write_text(documents(name), encoding="utf-8")
    return {"CONFIG_FILE": str(file)}
