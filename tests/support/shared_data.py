"""Finds the recorded cases, which are outside of the project."""

import os
from pathlib import Path

import pytest
from folders import ROOT


def shared_folder() -> Path:
    """Return the folder of the recorded data, which may not exist.

    The variable ``SHARED`` names it; the default is ``../shared``.
    """
    return Path(os.environ.get("SHARED") or ROOT.parent / "shared").resolve()


def istio_folder() -> Path:
    """Return the folder of Istio's recorded cases.

    Without it the test is skipped, or fails with ``REQUIRE_ISTIO_CASES=1``.
    """
    folder = shared_folder() / "istio"
    if folder.is_dir():
        return folder
    message = f"no recorded cases in {folder}: set SHARED to the folder around istio/"
    if os.environ.get("REQUIRE_ISTIO_CASES") == "1":
        pytest.fail(message)
    pytest.skip(message)


def more_folder() -> Path:
    """Return the folder of releases with fewer cases, which may not exist."""
    return shared_folder() / "istio-more"


def recorded_folder(release: str) -> Path:
    """Return the folder of the cases of *release*; skips as `istio_folder`."""
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
