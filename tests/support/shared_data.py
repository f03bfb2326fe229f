"""Finds the recorded cases, which lie beside the project and not in it."""

import os
from pathlib import Path

import pytest
from folders import ROOT


def shared_folder() -> Path:
    """Return the folder of what is recorded, there or not.

    The variable ``SHARED`` names it, ``../shared`` if not set.
    """
    return Path(os.environ.get("SHARED") or ROOT.parent / "shared").resolve()


def istio_folder() -> Path:
    """Return the folder of Istio's recorded cases.

    Where there is none, the test is skipped, or fails with ``REQUIRE_ISTIO_CASES=1``.
    """
    folder = shared_folder() / "istio"
    if folder.is_dir():
        return folder
    message = f"no recorded cases in {folder}: set SHARED to the folder around istio/"
    if os.environ.get("REQUIRE_ISTIO_CASES") == "1":
        pytest.fail(message)
    pytest.skip(message)


def more_folder() -> Path:
    """Return the folder of releases of which less is recorded, there or not."""
    return shared_folder() / "istio-more"


def recorded_folder(release: str) -> Path:
    """Return the folder of what is recorded of *release*; skips as `istio_folder`."""
    folder = istio_folder()
    more = more_folder() / release
    if (folder / release).is_dir():
        return folder / release
    if not more.is_dir():
        pytest.skip(f"no recorded cases of {release} in {more.parent}")
    return more


def release_folders() -> list[Path]:
    """Return the folder of each recorded release, by its minor: ``1.0``, ``1.10``..."""
    return sorted([*istio_folder().glob("1.*"), *more_folder().glob("1.*")])
