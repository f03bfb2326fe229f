import copy
import os
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import settings
from starting import started

# A machine that is busy with other things breaks no law.
# The same examples everywhere: a change that breaks nothing must not fail by chance.
settings.register_profile("laws", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "laws"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite them")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Tell whether golden files are to be rewritten."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture
def pod() -> dict[str, Any]:
    """Return a plain pod, as a ReplicaSet makes it."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "generateName": "web-7d69d8b8d9-",
            "labels": {"app": "web", "pod-template-hash": "7d69d8b8d9"},
            "ownerReferences": [
                {
                    "apiVersion": "apps/v1",
                    "kind": "ReplicaSet",
                    "name": "web-7d69d8b8d9",
                    "uid": "74352584-c182-4fef-8620-2a1ea24c2615",
                    "controller": True,
                }
            ],
        },
        "spec": {"containers": [{"name": "app", "image": "registry.example/app:1"}]},
    }


@pytest.fixture
def review(pod: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """Return what makes the review of a pod; keywords change fields of the request."""

    def make(created: Any = pod, **changes: Any) -> dict[str, Any]:
        request = {
            "uid": "0d24ab0c-cd99-44da-9d86-c4195ff5e87a",
            "kind": {"group": "", "version": "v1", "kind": "Pod"},
            "resource": {"group": "", "version": "v1", "resource": "pods"},
            "namespace": "shop",
            "operation": "CREATE",
            "object": copy.deepcopy(created),
            "oldObject": None,
            "dryRun": False,
        }
        return {
            "kind": "AdmissionReview",
            "apiVersion": "admission.k8s.io/v1",
            "request": request | changes,
        }

    return make


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Callable[..., FlaskClient]:
    """Return what starts the function in an environment."""
    return partial(started, monkeypatch)


@pytest.fixture
def client(start: Callable[..., FlaskClient]) -> FlaskClient:
    """Return a client of the function on the bundled configuration."""
    return start()
