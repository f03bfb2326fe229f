"""Configurations for hostile pods; each renders a plain pod."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import istio_maps
import shared_data

LOGS = """\
metadata:
  annotations:
    logs.example.com/by: "{{ workload.kind }}/{{ workload.name }} in {{ namespace }}"
spec:
  containers:
  - name: logs
    image: {{ values.image }}
    args:
    - --level={{ metadata.annotations['own.example.com/level'] | default('info') }}
    env:
    - {name: WORKLOAD, value: "{{ workload.name }}"}
    - {name: LABELS, value: "{{ metadata.labels | tojson }}"}
    - {name: PORTS, value: "{{ spec.containers | length }}"}
"""
READS = """\
{% set grace = metadata.labels.grace | default('5') %}
{% set selector = metadata.annotations['own.example.com/json'] | default('{}') %}
{% set number = metadata.annotations['own.example.com/number'] | default('1') %}
metadata:
  labels:
    {% for key, text in metadata.labels.items() %}
    {{ ('own-' ~ key) | key }}: {{ text }}
    {% endfor %}
spec:
  terminationGracePeriodSeconds: {{ grace | int('soon') }}
  priority: {{ number | int }}
  nodeSelector: {{ selector | yaml }}
  containers:
  - name: reads
    image: "reads:{{ number | float | round(2) }}"
    resources: {limits: {cpu: "{{ number }}"}}
    command: {{ metadata.annotations['own.example.com/yaml'] | default('[x]') | yaml }}
    env:
    - {name: UPPER, value: "{% filter upper %}{{ metadata.labels.app }}{% endfilter %}"}
    - {name: POD, value: "{{ pod | tojson }}"}
    - {name: SORTED, value: "{{ metadata.labels | dictsort | join(',') }}"}
"""
EACH = """\
spec:
  containers:
  {% for container in spec.containers %}
  - name: {{ container.name }}
    env:
    - {name: SIDECAR, value: "{{ loop.index }}"}
  {% endfor %}
  - name: each
    image: each:1
    ports:
    {% for container in spec.containers %}
    {% for port in container.ports | default([]) %}
    - {containerPort: {{ port.containerPort }}, name: "p{{ loop.index }}"}
    {% endfor %}
    {% endfor %}
  initContainers:
  - {name: first, image: first:1}
  volumes:
  {% for volume in spec.volumes | rejectattr('name', 'in', ['own']) | list %}
  - {name: {{ volume.name }}}
  {% endfor %}
  - {name: own, emptyDir: {}}
  tolerations: [{key: own, operator: Exists}]
"""


def own(*templates: str, **entries: Any) -> str:
    """Return a configuration with an operator's own templates."""
    named = {
        f"own{index}" if index else "own": text for index, text in enumerate(templates)
    }
    values = {"image": "registry.example.com/logs:1"}
    document = {
        "policy": "enabled",
        "templates": named,
        "defaultTemplates": [*named],
        "values": values,
    }
    return json.dumps(document | entries)


OWN: Mapping[str, str] = {
    "bundled": "",
    "bundled, disabled": "policy: disabled",
    "logs": own(LOGS),
    "reads": own(READS),
    "each": own(EACH),
    "several": own(LOGS, EACH, aliases={"sidecar": ["own", "own1"]}),
    "with mesh": own(LOGS, READS, mesh={"defaultConfig": {"concurrency": 0}}),
    "a small one of Istio's": json.dumps(
        {"apiVersion": "v1", "kind": "List"}
        | {"items": [istio_maps.injector(), istio_maps.mesh()]}
    ),
}
"""The documents in the project, by name."""


def recorded() -> dict[str, Path]:
    """Return the folders of Istio's recorded releases, which may not exist."""
    shared = shared_data.shared_folder()
    folders = [*(shared / "istio").glob("1.*"), *(shared / "istio-more").glob("1.*")]
    return {folder.name: folder for folder in folders}


def document(name: str) -> str:
    """Return the configuration of that name; empty for the bundled one."""
    if name in OWN:
        return OWN[name]
    folder = recorded()[name]
    if (folder / "configmaps").is_dir():
        return istio_maps.documents(name)
    # The longest has the most templates.
    longest = max(
        (folder / "configs").glob("*.json"), key=lambda file: file.stat().st_size
    )
    texts = json.loads(longest.read_text(encoding="utf-8"))
    maps = [
        istio_maps.config_map(
            "istio-sidecar-injector",
            {key: texts[key] for key in ("config", "values") if texts[key]},
        ),
        istio_maps.mesh(texts["mesh"] or "{}"),
    ]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": maps})


def environ(name: str, folder: Path) -> dict[str, str]:
    """Return the environment for the configuration of that name."""
    text = document(name)
    if not text:
        return {}
    file = folder / "config.yaml"
    file.write_text(text, encoding="utf-8")
    return {"CONFIG_FILE": str(file)}
