"""The posted pods, in reviews as an API server sends them."""

import json
import random
from collections.abc import Iterator
from typing import Any

WORKLOADS = 50
REPLICAS = 0.8
"""The part of the mix that are replicas of these; the others are distinct."""

TOKEN = "kube-api-access-"  # noqa: S105 - the beginning of a name
_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
_KIND = {"group": "", "version": "v1", "kind": "Pod"}
_RESOURCE = {"group": "", "version": "v1", "resource": "pods"}


def pod(number: int, *, skip: bool = False) -> dict[str, Any]:
    """Return a pod as a Deployment's controller makes it, about 3 KB, all distinct."""
    name = f"shop-{number}"
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "generateName": f"{name}-5d4f8c7b9-",
            "namespace": "shop",
            "labels": {"app": name, "version": "v1", "pod-template-hash": "5d4f8c7b9"}
            | ({"sidecar.istio.io/inject": "false"} if skip else {}),
            "annotations": {"team": f"team-{number % 7}", "note": "n" * 300},
            "ownerReferences": [
                {
                    "apiVersion": "apps/v1",
                    "kind": "ReplicaSet",
                    "name": f"{name}-5d4f8c7b9",
                    "uid": f"00000000-0000-4000-8000-{number:012d}",
                    "controller": True,
                    "blockOwnerDeletion": True,
                }
            ],
        },
        "spec": {
            "serviceAccountName": name,
            "containers": [
                _container(container, port, name, number)
                for container, port in (("web", 8080), ("worker", 9090))
            ],
            "volumes": [{"name": "data", "emptyDir": {}}],
            "restartPolicy": "Always",
            "dnsPolicy": "ClusterFirst",
            "terminationGracePeriodSeconds": 30,
        },
        "status": {},
    }


def _container(container: str, port: int, name: str, number: int) -> dict[str, Any]:
    return {
        "name": container,
        "image": f"registry.example/{name}/{container}:1.{number}",
        "ports": [{"name": "http", "containerPort": port}],
        "env": [{"name": f"SETTING_{i}", "value": f"value {number}"} for i in range(8)],
        "readinessProbe": {
            "httpGet": {"path": "/ready", "port": "http"},
            "periodSeconds": 5,
        },
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}},
        "volumeMounts": [{"name": "data", "mountPath": "/data"}],
        "imagePullPolicy": "IfNotPresent",
        "terminationMessagePath": "/dev/termination-log",
    }


def workload(number: int) -> dict[str, Any]:
    """Return a pod of another workload: other containers, variables, probes."""
    chance = random.Random(number)  # noqa: S311 - variety, no secret
    made = pod(number)
    containers = [
        _container(f"part-{at}", 8000 + at, f"shop-{number}", number)
        for at in range(chance.randint(1, 4))
    ]
    for container in containers:
        container["env"] += [
            {"name": f"OPTION_{at}", "value": f"{chance.random()}"}
            for at in range(chance.randint(0, 12))
        ]
        if chance.random() < 0.5:  # noqa: PLR2004 - half of them
            container["livenessProbe"] = {"httpGet": {"path": "/live", "port": 8080}}
        if chance.random() < 0.5:  # noqa: PLR2004 - half of them
            container["args"] = ["--listen", f":{chance.randint(1024, 9000)}"]
    made["spec"]["containers"] = containers
    made["metadata"]["annotations"] |= {
        f"example.com/note-{at}": f"{chance.random()}"
        for at in range(chance.randint(0, 4))
    }
    return made


def replica(made: dict[str, Any], number: int) -> dict[str, Any]:
    """Return the next replica of *made*.

    The service account's token volume has a random suffix, and the controller's entry
    in the managed fields the second of the creation.
    """
    chance = random.Random(number)  # noqa: S311 - variety, no secret
    name = TOKEN + "".join(chance.choices(_LETTERS, k=5))
    mount = {
        "name": name,
        "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
        "readOnly": True,
    }
    managed = {
        "manager": "kube-controller-manager",
        "operation": "Update",
        "apiVersion": "v1",
        "time": f"2026-11-{number % 28 + 1:02}T12:{number % 60:02}:00Z",
        "fieldsType": "FieldsV1",
        "fieldsV1": {"f:metadata": {"f:generateName": {}, "f:labels": {".": {}}}},
    }
    spec = made["spec"]
    containers = [
        {**each, "volumeMounts": [*each["volumeMounts"], mount]}
        for each in spec["containers"]
    ]
    return {
        **made,
        "metadata": {**made["metadata"], "managedFields": [managed]},
        "spec": {
            **spec,
            "containers": containers,
            "volumes": [*spec["volumes"], _token_volume(name)],
        },
    }


def _token_volume(name: str) -> dict[str, Any]:
    fields = [{"path": "namespace", "fieldRef": {"fieldPath": "metadata.namespace"}}]
    sources = [
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt"}]}},
        {"downwardAPI": {"items": fields}},
    ]
    return {"name": name, "projected": {"sources": sources, "defaultMode": 420}}


def mix(count: int) -> Iterator[dict[str, Any]]:
    """Yield pods: four fifths replicas of fifty workloads, one fifth distinct."""
    chance = random.Random(1)  # noqa: S311 - variety, no secret
    for number in range(count):
        if chance.random() < REPLICAS:
            yield replica(workload(chance.randrange(WORKLOADS)), number)
        else:
            yield replica(pod(WORKLOADS + number), number)


def sized(containers: int, kilobytes: int = 0) -> dict[str, Any]:
    """Return a pod of *containers*, with annotations of *kilobytes*."""
    made = pod(0)
    made["spec"]["containers"] = [
        _container(f"part-{at}", 1024 + at, "shop", at) for at in range(containers)
    ]
    lacking = kilobytes * 1000 - len(json.dumps(made))
    # All annotations together hold 256 KiB at most.
    while lacking > 0:
        for container in made["spec"]["containers"]:
            at = len(container["env"])
            container["env"].append({"name": f"MORE_{at}", "value": "m" * 900})
            lacking -= 940
    return made


def review(made: dict[str, Any], number: int) -> bytes:
    """Return the AdmissionReview of that pod."""
    request = {
        "uid": f"10000000-0000-4000-8000-{number:012d}",
        "kind": _KIND,
        "resource": _RESOURCE,
        "requestKind": _KIND,
        "requestResource": _RESOURCE,
        "namespace": "shop",
        "operation": "CREATE",
        "userInfo": {
            "username": "system:serviceaccount:kube-system:replicaset-controller"
        },
        "object": made,
        "oldObject": None,
        "dryRun": False,
        "options": {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1"},
    }
    document = {
        "kind": "AdmissionReview",
        "apiVersion": "admission.k8s.io/v1",
        "request": request,
    }
    # An API server writes JSON without blanks.
    return json.dumps(document, separators=(",", ":")).encode()
