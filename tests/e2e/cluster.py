"""A control plane on the loopback address: etcd, API server, controllers, kubectl.

No scheduler and no kubelet: pods are created and stay pending.
"""

import itertools
import json
import ssl
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any

import yaml

from e2e.assets import Assets
from e2e.authority import Authority, Pair
from e2e.processes import PATIENCE, Process, free_port, listens, wait_until

CONTROLLERS = (
    "deployment-controller",
    "replicaset-controller",
    "statefulset-controller",
    "daemonset-controller",
    "job-controller",
    "cronjob-controller",
    "serviceaccount-controller",
    "root-ca-certificate-publisher-controller",
    "namespace-controller",
    "garbage-collector-controller",
)

# Requests are told without their objects: what the function says is in annotations.
AUDIT_POLICY = """\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
  verbs: [create]
  resources: [{group: "", resources: [pods]}]
- level: None
"""

ADMIN = "admin"
ISSUER = "https://kubernetes.default.svc"


class Refused(Exception):
    """A command of kubectl's that failed; the text is what it said."""


@dataclass(kw_only=True)
class Cluster:
    """A running control plane."""

    folder: Path
    authority: Authority
    kubectl_command: str
    port: int
    audit_log: Path
    admin: Pair
    processes: list[Process] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def kubeconfig(self) -> Path:
        """The file by which kubectl finds the API server."""
        return self.folder / "kubeconfig"

    def kubectl(self, *arguments: str, given: str = "", check: bool = True) -> str:
        """Return what kubectl prints, both streams.

        Raises:
            Refused: it ended with another code than 0, unless *check* is false.
        """
        done = subprocess.run(
            [self.kubectl_command, "--kubeconfig", str(self.kubeconfig), *arguments],
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE * 3,
            check=False,
        )
        if check and done.returncode:
            raise Refused(done.stdout)
        return done.stdout

    def create(self, *manifests: Mapping[str, Any], command: str = "create") -> str:
        """Have kubectl create *manifests*; return what it says."""
        return self.kubectl(command, "-f", "-", given=yaml.safe_dump_all(manifests))

    def get(self, *arguments: str) -> Any:
        """Return what kubectl gets, as JSON."""
        return json.loads(self.kubectl("get", "-o", "json", *arguments))

    def pods(self, namespace: str, *arguments: str) -> list[dict[str, Any]]:
        """Return the pods of a namespace."""
        found: list[dict[str, Any]] = self.get("pods", "-n", namespace, *arguments)[
            "items"
        ]
        return found

    def pod(self, namespace: str, name: str) -> dict[str, Any]:
        """Return a pod."""
        found: dict[str, Any] = self.get("pod", "-n", namespace, name)
        return found

    def fresh(self, stem: str) -> str:
        """Return a name that nothing else has."""
        return f"{stem}-{next(self._numbers)}"

    def namespace(self, **labels: str | None) -> str:
        """Create a namespace in which pods can be created; return its name.

        Args:
            labels: of the namespace, ``istio_injection`` for ``istio-injection``; a
                label that is None is left out.
        """
        name = self.fresh("ns")
        kept = {
            key.replace("_", "-"): value
            for key, value in labels.items()
            if value is not None
        }
        metadata = {"name": name, "labels": kept}
        self.create({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
        wait_until(
            lambda: (
                self.call("GET", f"/api/v1/namespaces/{name}/serviceaccounts/default")[
                    0
                ]
                == 200
            ),
            f"the service account of namespace {name}",
        )
        return name

    def connection(self) -> HTTPSConnection:
        """Return a new connection to the API server, as its administrator."""
        context = ssl.create_default_context(cafile=str(self.authority.certificate))
        context.load_cert_chain(self.admin.certificate, self.admin.key)
        return HTTPSConnection(
            "127.0.0.1", self.port, timeout=PATIENCE, context=context
        )

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Return the status and the answer of the API server to one request."""
        connection = self.connection()
        try:
            return call(connection, method, path, body)
        finally:
            connection.close()

    def metrics(self) -> str:
        """Return the API server's metrics, as text."""
        return self.kubectl("get", "--raw", "/metrics")

    def audited(self, namespace: str) -> list[dict[str, Any]]:
        """Return the audit events of the pods created in a namespace."""
        lines = self.audit_log.read_text(encoding="utf-8").splitlines()
        events = [json.loads(line) for line in lines if f'"{namespace}"' in line]
        return [each for each in events if each["objectRef"]["namespace"] == namespace]


def call(
    connection: HTTPSConnection, method: str, path: str, body: Any = None
) -> tuple[int, Any]:
    """Return the status and the JSON of the answer to a request on *connection*."""
    data = None if body is None else json.dumps(body)
    connection.request(method, path, data, {"Content-Type": "application/json"})
    response = connection.getresponse()
    answer = response.read()
    try:
        return response.status, json.loads(answer)
    except ValueError:
        return response.status, answer.decode()


@contextmanager
def running(assets: Assets, folder: Path) -> Iterator[Cluster]:
    """Run a control plane whose files lie in *folder*."""
    cluster = _prepared(assets, folder)
    etcd, apiserver, controllers = _processes(assets, cluster)
    try:
        for process, ready in (
            (etcd, lambda: listens(_port(etcd))),
            (apiserver, lambda: _ready(cluster)),
            (controllers, lambda: True),
        ):
            cluster.processes.append(process)
            process.start()
            _wait_for(process, ready)
        _wait_for(controllers, lambda: _has_account(cluster))
        yield cluster
    finally:
        # The API server's end hangs once etcd is gone.
        for process in reversed(cluster.processes):
            process.stop()


def _prepared(assets: Assets, folder: Path) -> Cluster:
    authority = Authority(folder)
    cluster = Cluster(
        folder=folder,
        authority=authority,
        kubectl_command=assets.kubectl,
        port=free_port(),
        audit_log=folder / "audit.log",
        admin=authority.client(ADMIN, "system:masters"),
    )
    (folder / "audit-policy.yaml").write_text(AUDIT_POLICY, encoding="utf-8")
    text = yaml.safe_dump(_kubeconfig(cluster))
    cluster.kubeconfig.write_text(text, encoding="utf-8")
    return cluster


def _kubeconfig(cluster: Cluster) -> dict[str, Any]:
    name = "e2e"
    authority = str(cluster.authority.certificate)
    server = f"https://127.0.0.1:{cluster.port}"
    user = {
        "client-certificate": str(cluster.admin.certificate),
        "client-key": str(cluster.admin.key),
    }
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {
                "name": name,
                "cluster": {"server": server, "certificate-authority": authority},
            }
        ],
        "users": [{"name": ADMIN, "user": user}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": ADMIN}}],
        "current-context": name,
    }


def _processes(assets: Assets, cluster: Cluster) -> Sequence[Process]:
    clients, peers = free_port(), free_port()
    accounts = cluster.authority.server("service-accounts")
    return [
        _process(
            cluster, "etcd", [*assets.etcd, *_etcd_flags(cluster, clients, peers)]
        ),
        _process(
            cluster,
            "kube-apiserver",
            [*assets.apiserver, *_apiserver_flags(cluster, clients, accounts)],
        ),
        _process(
            cluster,
            "kube-controller-manager",
            [*assets.controllers, *_controller_flags(cluster, accounts)],
        ),
    ]


def _process(cluster: Cluster, name: str, command: Sequence[str]) -> Process:
    return Process(name=name, command=command, log=cluster.folder / f"{name}.log")


def _etcd_flags(cluster: Cluster, clients: int, peers: int) -> list[str]:
    return [
        f"--data-dir={cluster.folder / 'etcd'}",
        f"--listen-client-urls=http://127.0.0.1:{clients}",
        f"--advertise-client-urls=http://127.0.0.1:{clients}",
        f"--listen-peer-urls=http://127.0.0.1:{peers}",
        # Nothing here outlives the run.
        "--unsafe-no-fsync",
    ]


def _port(etcd: Process) -> int:
    (url,) = (flag for flag in etcd.command if flag.startswith("--listen-client-urls"))
    return int(url.rpartition(":")[2])


def _apiserver_flags(cluster: Cluster, etcd: int, accounts: Pair) -> list[str]:
    serving = cluster.authority.server("kube-apiserver")
    return [
        f"--etcd-servers=http://127.0.0.1:{etcd}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        "--endpoint-reconciler-type=none",
        f"--secure-port={cluster.port}",
        f"--cert-dir={cluster.folder}",
        f"--tls-cert-file={serving.certificate}",
        f"--tls-private-key-file={serving.key}",
        f"--client-ca-file={cluster.authority.certificate}",
        "--authorization-mode=RBAC",
        "--service-cluster-ip-range=10.0.0.0/24",
        "--allow-privileged=true",
        f"--service-account-issuer={ISSUER}",
        f"--service-account-key-file={accounts.key}",
        f"--service-account-signing-key-file={accounts.key}",
        f"--audit-policy-file={cluster.folder / 'audit-policy.yaml'}",
        f"--audit-log-path={cluster.audit_log}",
    ]


def _controller_flags(cluster: Cluster, accounts: Pair) -> list[str]:
    return [
        f"--kubeconfig={cluster.kubeconfig}",
        f"--authentication-kubeconfig={cluster.kubeconfig}",
        f"--authorization-kubeconfig={cluster.kubeconfig}",
        "--bind-address=127.0.0.1",
        f"--secure-port={free_port()}",
        f"--cert-dir={cluster.folder}",
        "--leader-elect=false",
        f"--service-account-private-key-file={accounts.key}",
        f"--root-ca-file={cluster.authority.certificate}",
        "--use-service-account-credentials=true",
        f"--controllers={','.join(CONTROLLERS)}",
        # The pods of a load come as fast as the API server takes them.
        "--kube-api-qps=2000",
        "--kube-api-burst=4000",
    ]


def _wait_for(process: Process, ready: Callable[[], bool]) -> None:
    def settled() -> bool:
        return process.ended or ready()

    wait_until(settled, f"{process.name} starts: see {process.log}")
    if process.ended:
        raise AssertionError(f"{process.name} ended by itself: see {process.log}")


def _ready(cluster: Cluster) -> bool:
    with suppress(OSError, HTTPException):
        return cluster.call("GET", "/readyz")[0] == 200
    return False


def _has_account(cluster: Cluster) -> bool:
    path = "/api/v1/namespaces/default/serviceaccounts/default"
    return cluster.call("GET", path)[0] == 200
