"""The binaries of an API server: those of ``KUBEBUILDER_ASSETS``, else built once."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parent / "kubebench"
RELEASE = "1.37.2"
"""Of Kubernetes. It stands in ``kubebench/go.mod`` too, which a test compares."""

COMPONENTS = ("etcd", "kube-apiserver", "kube-controller-manager")

_STAMP = "k8s.io/component-base/version"


class NoAssets(Exception):
    """There are no binaries, and none can be built; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """How each component and kubectl are called."""

    etcd: Sequence[str]
    apiserver: Sequence[str]
    controllers: Sequence[str]
    kubectl: str


def find() -> Assets:
    """Return the binaries, after minutes where they have to be built first.

    Raises:
        NoAssets: there are none.
    """
    folder = os.environ.get("KUBEBUILDER_ASSETS")
    commands = _given(Path(folder)) if folder else _built()
    kubectl = shutil.which("kubectl", path=folder) or shutil.which("kubectl")
    if kubectl is None:
        raise NoAssets("kubectl is not installed")
    etcd, apiserver, controllers = commands
    return Assets(
        etcd=etcd, apiserver=apiserver, controllers=controllers, kubectl=kubectl
    )


def _given(folder: Path) -> list[Sequence[str]]:
    if lacking := [name for name in COMPONENTS if not (folder / name).is_file()]:
        raise NoAssets(
            f"KUBEBUILDER_ASSETS is {str(folder)!r}, which has no {', '.join(lacking)}"
        )
    return [[str(folder / name)] for name in COMPONENTS]


def _built() -> list[Sequence[str]]:
    if shutil.which("go") is None:
        raise NoAssets("go is not installed, and KUBEBUILDER_ASSETS is not set")
    binary = cached()
    if not binary.is_file():
        _build(binary)
    return [[str(binary), name] for name in COMPONENTS]


def cached() -> Path:
    """Return where the binary lies or is to lie: by what it is built from."""
    version = subprocess.run(
        ["go", "version"], cwd=SOURCE, capture_output=True, check=True
    ).stdout
    parts = [version, *((SOURCE / name).read_bytes() for name in _INPUTS)]
    digest = hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "serverless-sidecar-injector" / f"kubebench-{digest}"


_INPUTS = ("go.mod", "go.sum", "main.go")


def _build(binary: Path) -> None:
    major, minor, _patch = RELEASE.split(".")
    stamps = {
        "gitVersion": f"v{RELEASE}",
        "gitMajor": major,
        "gitMinor": minor,
        "gitTreeState": "clean",
    }
    flags = " ".join(f"-X {_STAMP}.{key}={value}" for key, value in stamps.items())
    binary.parent.mkdir(parents=True, exist_ok=True)
    # Another run may be building the same: each moves a whole file into place.
    unfinished = binary.with_name(f"{binary.name}.{os.getpid()}")
    built = subprocess.run(
        [
            *("go", "build", "-mod=readonly", "-trimpath", f"-ldflags=-s -w {flags}"),
            *("-o", str(unfinished), "."),
        ],
        cwd=SOURCE,
        env={**os.environ, "CGO_ENABLED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode:
        raise NoAssets(f"kubebench cannot be built: {built.stderr.strip()[-500:]}")
    unfinished.replace(binary)
