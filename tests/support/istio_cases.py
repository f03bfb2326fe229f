"""The recorded results of Istio's injector, and their comparison with ours.

The README of the recorded data has the rules of the comparison.
"""

import copy
import hashlib
import json
import os
import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonpatch
import yaml
from folders import ROOT

SHARED = Path(os.environ.get("SHARED", ROOT.parent / "shared"))
RECORDED = SHARED / "istio"
MORE = SHARED / "istio-more"
"""Releases with fewer recorded cases."""
DEFAULT = "4c250a0bef"
STATUS = "sidecar.istio.io/status"
RECORDED_VERSION = "unit-test-fake-version"

REVISIONS = {"1.6": ""}
"""The revision of the recorded injector, where it is not ``default``."""

TEST_MODE = {"discoveryAddress": "istio-pilot:15010"}
"""The default ProxyConfig of 1.6 while its own tests run.

Most of its cases were recorded so. Unset values stay unset there, and PROXY_CONFIG
omits these values instead of the release's defaults.
"""

CHART = "helm-"
"""The names of 1.0's cases whose golden manifest is of another configuration.

It names images that the recorded configuration does not have. The reviews are right.
"""
TEMPLATES = "inject.istio.io/templates"

# In Istio's answers, fields unknown to a release keep their position.
MISPLACED: dict[str, frozenset[str]] = {
    "1.10": frozenset({"futureContainerField", "resizePolicy", "restartPolicy"})
}
QUANTITY = re.compile(r"([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)([numkMGTPE]?|[KMGTPE]i)")
MULTIPLES = {
    "": Decimal(1),
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "k": Decimal(1000),
    "M": Decimal("1e6"),
    "G": Decimal("1e9"),
    "T": Decimal("1e12"),
    "P": Decimal("1e15"),
    "E": Decimal("1e18"),
    "Ki": Decimal(2**10),
    "Mi": Decimal(2**20),
    "Gi": Decimal(2**30),
    "Ti": Decimal(2**40),
    "Pi": Decimal(2**50),
    "Ei": Decimal(2**60),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The inputs of a recorded injector: the texts of its ConfigMaps, and the rest."""

    release: str
    config: str
    texts: Mapping[str, str]
    env: Mapping[str, str]
    cluster: Mapping[str, Any]

    @property
    def standard(self) -> bool:
        """Whether the templates are the release's own, without custom ones."""
        return self.texts["config"] == configuration(self.release, DEFAULT)["config"]

    def istios(self, *, release: bool = True) -> list[dict[str, Any]]:
        """Return Istio's ConfigMaps and a settings document, with *release* or not."""
        injector = {key: self.texts[key] for key in ("config", "values")}
        further: dict[str, Any] = {
            "features": dict(self.env),
            "clusters": {"Kubernetes": dict(self.cluster)},
        }
        if release:
            further["release"] = self.release
        if self.release in REVISIONS:
            further["revision"] = REVISIONS[self.release]
        return [
            config_map("istio-sidecar-injector", injector),
            config_map("istio", {"mesh": self.texts["mesh"]}),
            further,
        ]

    def document(self) -> dict[str, Any]:
        """Return the same as our own document, with the bundled templates."""
        return {
            "policy": "enabled",
            "values": self.texts["values"],
            "mesh": self.texts["mesh"],
            "features": dict(self.env),
            "clusters": {"Kubernetes": dict(self.cluster)},
        }


def config_map(name: str, data: Mapping[str, str]) -> dict[str, Any]:
    """Return a ConfigMap as a cluster prints it."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "istio-system"},
        "data": dict(data),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A posted review, and Istio's answer."""

    name: str
    setting: Setting
    path: str
    request: Mapping[str, Any]
    response: Mapping[str, Any]
    patched: Any
    by_value: bool = False

    @property
    def denied(self) -> bool:
        """Whether Istio denied the pod."""
        return not self.response["response"]["allowed"]

    @property
    def templates(self) -> frozenset[str]:
        """The templates that the pod names."""
        return named_templates(self.request["request"]["object"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A manifest, and the result of kube-inject, or its error."""

    name: str
    setting: Setting
    text: str
    expected: str | None
    error: str | None

    @property
    def templates(self) -> frozenset[str]:
        """The templates that the manifest's pods name."""
        pods = [pod for document in documents(self.text) for pod in pods_of(document)]
        return frozenset[str]().union(*map(named_templates, pods))


def named_templates(pod: Any) -> frozenset[str]:
    """Return the templates that *pod* names."""
    annotations = pod.get("metadata", {}).get("annotations") or {}
    names = annotations.get(TEMPLATES, "").split(",")
    return frozenset(filter(None, map(str.strip, names)))


def configuration(release: str, config: str) -> dict[str, str]:
    """Return the texts of one recorded configuration."""
    return read(folder_of(release) / "configs" / f"{config}.json")  # type: ignore[no-any-return]


def without_test_mode(release: str, texts: dict[str, str]) -> dict[str, str]:
    """Return texts with the same results as *texts* had in the release's tests."""
    mesh = json.loads(texts["mesh"]) if release == "1.6" else {}
    proxy = mesh.get("defaultConfig", {})
    if TEST_MODE.items() <= proxy.items():
        kept = {name: item for name, item in proxy.items() if name not in TEST_MODE}
        mesh = {**mesh, "sdsUdsPath": "", "defaultConfig": kept}
        return {**texts, "mesh": json.dumps(mesh)}
    return texts


def folder_of(release: str) -> Path:
    """Return the folder of the recorded cases of *release*, by its minor."""
    more = MORE / release
    return more if more.is_dir() else RECORDED / release


def read(path: Path, cache: dict[Path, Any] = {}) -> Any:  # noqa: B006 - the cache
    """Return the JSON of *path*, read once."""
    if path not in cache:
        cache[path] = json.loads(path.read_text(encoding="utf-8"))
    return cache[path]


def setting_of(release: str, record: Mapping[str, Any]) -> Setting:
    """Return the inputs of the injector of *record*."""
    return Setting(
        release=release,
        config=record["config"],
        texts=without_test_mode(release, configuration(release, record["config"])),
        env=record.get("env", {}),
        cluster=record.get("cluster", {}),
    )


def files(release: str, kind: str) -> list[Path]:
    """Return the recorded files of *kind*; none without the data."""
    return sorted((folder_of(release) / kind).glob("*.json"))


def manifests(release: str) -> Iterator[Manifest]:
    """Yield every recorded manifest of *release* for kube-inject."""
    for file in files(release, "cases"):
        case = read(file)
        if "expected" in case or "error" in case:
            yield Manifest(
                name=file.stem,
                setting=setting_of(release, case),
                text=case["input"],
                expected=case.get("expected"),
                error=case.get("error"),
            )


def exchanges(release: str) -> Iterator[Exchange]:
    """Yield every recorded review of *release*, re-invocations included."""
    for file in files(release, "cases"):
        case = read(file)
        for index, record in enumerate(case["webhook"]):
            yield exchange(f"{file.stem} {index}", setting_of(release, case), record)
    for file in sorted(files(release, "generated"), key=seed_of):
        for index, record in enumerate(read(file)):
            name = f"generated {file.stem} {index}"
            setting = setting_of(release, record)
            by_value = seed_of(file) % 7 == 0
            yield exchange(name, setting, record, by_value=by_value)
            if "reinvoke" in record:
                again = {"path": record["path"], **record["reinvoke"]}
                yield exchange(f"{name} again", setting, again, by_value=by_value)


def seed_of(file: Path) -> int:
    """Return the seed of a file of random pods; 1 for pods that are not random."""
    return int(file.stem) if file.stem.isdigit() else 1


def exchange(
    name: str, setting: Setting, record: Mapping[str, Any], *, by_value: bool = False
) -> Exchange:
    """Return *record* as an exchange."""
    return Exchange(
        name=name,
        setting=setting,
        path=record["path"],
        request=record["request"],
        response=record["response"],
        patched=patched(setting, record),
        by_value=by_value,
    )


def patched(setting: Setting, record: Mapping[str, Any]) -> Any:
    """Return the pod that Istio's patch gives.

    Old releases were recorded with an invalid version of their template. There, and
    where the patch does not apply to the pod, the missing parts are added first. None
    if the patch does not apply then either.
    """
    if "patched" not in record:
        return record["request"]["request"]["object"]
    pod = record["patched"]
    if pod is None:
        sent = record["request"]["request"]["object"]
        whole = {**sent, "metadata": {}, "spec": sent.get("spec") or {}}
        operations = json.loads(b64decode(record["response"]["response"]["patch"]))
        try:
            pod = jsonpatch.apply_patch(whole, operations)
        except jsonpatch.JsonPatchException:
            return None
        except jsonpatch.JsonPointerException:
            return None
    annotations = (pod.get("metadata") or {}).get("annotations") or {}
    text = annotations.get(STATUS, "")
    if RECORDED_VERSION not in text:
        return pod
    template = yaml.safe_load(setting.texts["config"])["template"]
    version = hashlib.sha256(template.encode()).hexdigest()
    annotations = {**annotations, STATUS: text.replace(RECORDED_VERSION, version)}
    return {**pod, "metadata": {**pod["metadata"], "annotations": annotations}}


def pod_differences(pod: Any, exchange: Exchange) -> list[str]:
    """Return the paths where *pod* differs from the pod of Istio's answer."""
    if exchange.patched is None:
        return ["Istio's patch does not apply"]
    misplaced = MISPLACED.get(
        exchange.setting.release, frozenset({"futureContainerField"})
    )

    def compared(pod: Any) -> Any:
        pod = without_container_fields(pod, misplaced)
        return quantities_by_value(pod) if exchange.by_value else pod

    return list(differences(compared(pod), compared(exchange.patched)))


def differences(ours: Any, theirs: Any, path: str = "") -> Iterator[str]:
    """Yield each path where two JSON values differ."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted({*ours, *theirs}):
            yield from differences(
                ours.get(key, "(absent)"), theirs.get(key, "(absent)"), f"{path}/{key}"
            )
    elif isinstance(ours, list) and isinstance(theirs, list):
        for index in range(max(len(ours), len(theirs))):
            yield from differences(
                ours[index] if index < len(ours) else "(absent)",
                theirs[index] if index < len(theirs) else "(absent)",
                f"{path}/{index}",
            )
    elif type(ours) is not type(theirs) or ours != theirs:
        yield f"{path}: {json.dumps(ours)} instead of {json.dumps(theirs)}"


def without_container_fields(pod: Any, names: frozenset[str]) -> Any:
    """Return *pod* without these fields of its containers."""

    def container(value: Any) -> Any:
        return {key: item for key, item in value.items() if key not in names}

    spec = {
        key: [container(item) for item in value] if key.endswith("ontainers") else value
        for key, value in pod["spec"].items()
    }
    return {**pod, "spec": spec}


def quantities_by_value(value: Any) -> Any:
    """Return *value* with its quantities as numbers, whatever their notation."""
    if isinstance(value, list):
        return [quantities_by_value(item) for item in value]
    if not isinstance(value, dict):
        return value
    result = {key: quantities_by_value(item) for key, item in value.items()}
    for key in {"limits", "requests", "overhead"} & result.keys():
        if isinstance(result[key], dict):
            result[key] = {name: amount(item) for name, item in result[key].items()}
    for key in {"sizeLimit", "divisor"} & result.keys():
        result[key] = amount(result[key])
    return result


def amount(quantity: Any) -> Any:
    """Return a quantity's value as a decimal text, another value as it is."""
    match = QUANTITY.fullmatch(str(quantity))
    if match is None:
        return quantity
    number, suffix = match.groups()
    return str((Decimal(number) * MULTIPLES[suffix]).normalize())


def manifest_differences(ours: str, expected: str) -> list[str]:
    """Return the paths where our manifest differs from kube-inject's."""
    mine = [compared_document(with_pod_metadata(one)) for one in documents(ours)]
    golden = [
        compared_document(with_pod_metadata(one, written_to_job=True))
        for one in documents(expected)
    ]
    return list(differences(mine, golden))


def with_pod_metadata(document: Any, *, written_to_job: bool = False) -> Any:
    """Return *document* with a CronJob's pod metadata at the pod only.

    kube-inject writes it over the metadata of the job template.
    """
    if document.get("kind") == "List":
        items = document.get("items") or []
        moved = [with_pod_metadata(i, written_to_job=written_to_job) for i in items]
        return {**document, "items": moved}
    if document.get("kind") != "CronJob":
        return document
    document = copy.deepcopy(document)
    job = document["spec"]["jobTemplate"]
    metadata = job.pop("metadata", {})
    if written_to_job:
        job["spec"]["template"]["metadata"] = metadata
    return document


def compared_document(document: Any) -> Any:
    """Return the compared part of one document of a manifest."""
    if document.get("kind") == "List":
        items = [compared_document(item) for item in document.get("items") or []]
        return {**pruned(document, lambda value: not value), "items": items}
    if document.get("kind") == "Pod":
        return compared_pod(document)
    outer = pruned(document, lambda value: not value)
    outer.pop("status", None)
    if (pod := pod_template(document)) and (place := pod_template(outer)) is not None:
        place.clear()
        place.update(compared_pod(pod))
    return outer


def compared_pod(pod: Any) -> Any:
    """Return the compared part of a pod or pod template."""
    result = pruned(pod, lambda value: value is None or value in ("", [], {}))
    metadata = result.get("metadata", {})
    metadata.get("annotations", {}).pop(STATUS, None)
    for group in ("initContainers", "containers", "ephemeralContainers"):
        for container in result.get("spec", {}).get(group, []):
            for variable in container.get("env", []):
                source = variable.get("valueFrom", {}).get("fieldRef", {})
                source.pop("apiVersion", None)
    return pruned(result, lambda value: value is None or value in ("", [], {}))


def pruned(value: Any, drop: Callable[[Any], bool]) -> Any:
    """Return *value* without the values that *drop* selects, at any depth."""
    if isinstance(value, list):
        return [pruned(item, drop) for item in value]
    if not isinstance(value, dict):
        return value
    items = {key: pruned(item, drop) for key, item in value.items()}
    return {key: item for key, item in items.items() if not drop(item)}


def pod_template(document: Any) -> Any:
    """Return the pod template of a workload, or None."""
    spec = document.get("spec") or {}
    if document.get("kind") == "CronJob":
        spec = spec.get("jobTemplate", {}).get("spec", {})
    template = spec.get("template") if isinstance(spec, dict) else None
    return template if isinstance(template, dict) else None


def pods_of(document: Any) -> list[Any]:
    """Return the pods and pod templates of one document."""
    if document.get("kind") == "List":
        return [pod for item in document.get("items") or [] for pod in pods_of(item)]
    pod = document if document.get("kind") == "Pod" else pod_template(document)
    return [pod] if pod else []


class PlainLoader(yaml.SafeLoader):
    """YAML with JSON's types: no dates."""


PlainLoader.yaml_implicit_resolvers = {
    first: [rule for rule in rules if rule[0] != "tag:yaml.org,2002:timestamp"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def documents(text: str) -> list[Any]:
    """Return the documents of a YAML text that are not empty."""
    return [
        document
        for document in yaml.load_all(text, PlainLoader)
        if document is not None
    ]
