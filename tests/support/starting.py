"""Starts the function in this process, through functions-framework."""

import gc
from typing import TYPE_CHECKING, Any

import functions_framework
import pytest
from flask.testing import FlaskClient
from folders import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

MAIN = ROOT / "main.py"
SETTINGS = (
    *("CONFIG_SECRET", "CONFIG_FILE", "CONFIG_REFRESH_SECONDS", "PATH_TOKENS"),
    *("VALIDATION", "GOOGLE_CLOUD_PROJECT"),
)


def started(patch: pytest.MonkeyPatch, **environ: str) -> FlaskClient:
    """Start the function in an environment, as the cloud does; return a client."""
    for name in SETTINGS:
        patch.delenv(name, raising=False)
    for name, value in environ.items():
        patch.setenv(name, value)
    create_app: Callable[..., Any] = functions_framework.create_app
    try:
        client: FlaskClient = create_app("inject", str(MAIN)).test_client()
    finally:
        collect_again()
    return client


def collect_again() -> None:
    """Undo what main.py does to the garbage collector, which tests share.

    A failed start leaves it disabled. And Hypothesis cannot find frozen objects: on
    Python 3.14 it then warns of its own random numbers.
    """
    gc.unfreeze()
    gc.enable()
