import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import grpc  # type: ignore[import-untyped]
import pytest
from folders import ROOT
from google.auth import environment_vars
from secret_manager import LATEST, NUMBERED, FakeSecretManager, serving

from injector.base.errors import ConfigError, ConfigUnavailable
from injector.loading import secret_manager
from injector.loading.secret_manager import Secret, SecretManager

SECONDS = 5.0


@pytest.fixture
def fake() -> Iterator[FakeSecretManager]:
    with serving(FakeSecretManager()) as fake:
        yield fake


@pytest.fixture
def manager(fake: FakeSecretManager) -> SecretManager:
    return SecretManager(fake.address)


def test_a_version_is_read(fake: FakeSecretManager, manager: SecretManager) -> None:
    assert manager.read(NUMBERED, SECONDS) == Secret(data=fake.data, version="3")
    assert fake.asked == [NUMBERED]


def test_an_alias_is_answered_by_the_version_that_it_means(
    fake: FakeSecretManager, manager: SecretManager
) -> None:
    fake.version = "12"

    assert manager.read(LATEST, SECONDS).version == "12"


def test_a_passing_failure_is_tried_again(
    fake: FakeSecretManager, manager: SecretManager
) -> None:
    fake.code, fake.failures = grpc.StatusCode.UNAVAILABLE, 2

    assert manager.read(NUMBERED, SECONDS).data == fake.data
    assert len(fake.asked) == 3


@pytest.mark.parametrize(
    "code",
    [
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.INTERNAL,
    ],
)
def test_a_failure_that_does_not_pass_ends_with_the_time(
    code: grpc.StatusCode, fake: FakeSecretManager, manager: SecretManager
) -> None:
    fake.code = code
    started = time.monotonic()

    with pytest.raises(
        ConfigUnavailable, match=f"^{NUMBERED}: cannot be read just now: "
    ):
        manager.read(NUMBERED, 0.5)

    assert time.monotonic() - started < 2
    assert len(fake.asked) > 1


def test_a_service_that_is_too_slow_is_not_waited_for(
    fake: FakeSecretManager, manager: SecretManager
) -> None:
    fake.seconds = 10
    started = time.monotonic()

    with pytest.raises(ConfigUnavailable):
        manager.read(NUMBERED, 0.3)

    assert time.monotonic() - started < 2


def test_a_service_that_is_not_there_is_unavailable() -> None:
    with serving(FakeSecretManager()) as fake:
        address = fake.address

    with pytest.raises(ConfigUnavailable):
        SecretManager(address).read(NUMBERED, 0.5)


@pytest.mark.parametrize(
    "code", [grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNAUTHENTICATED]
)
def test_a_refusal_may_pass_but_is_not_tried_again_at_once(
    code: grpc.StatusCode, fake: FakeSecretManager, manager: SecretManager
) -> None:
    fake.code = code

    with pytest.raises(ConfigUnavailable, match="as the test wants it"):
        manager.read(NUMBERED, SECONDS)

    assert len(fake.asked) == 1


@pytest.mark.parametrize(
    "code",
    [
        grpc.StatusCode.NOT_FOUND,
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.FAILED_PRECONDITION,
    ],
)
def test_a_version_that_cannot_be_had_is_the_operators_mistake(
    code: grpc.StatusCode, fake: FakeSecretManager, manager: SecretManager
) -> None:
    fake.code = code

    with pytest.raises(ConfigError) as caught:
        manager.read(NUMBERED, SECONDS)

    assert str(caught.value) == f"{NUMBERED}: cannot be read: as the test wants it"


def test_a_payload_that_its_checksum_does_not_fit_is_not_used(
    fake: FakeSecretManager, manager: SecretManager
) -> None:
    fake.corrupt = True

    with pytest.raises(ConfigUnavailable) as caught:
        manager.read(NUMBERED, SECONDS)

    assert str(caught.value) == f"{NUMBERED}: came damaged, its checksum does not fit"


def test_missing_credentials_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    secret_manager.credentials.cache_clear()
    monkeypatch.setenv(environment_vars.CREDENTIALS, "/nowhere/key.json")

    with pytest.raises(ConfigUnavailable, match=r"/nowhere/key\.json was not found"):
        SecretManager().read(NUMBERED, 0.5)


def test_the_real_service_is_called_with_the_processs_credentials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = {
        "type": "authorized_user",
        "client_id": "id",
        "client_secret": "secret",
        "refresh_token": "token",
    }
    file = tmp_path / "key.json"
    file.write_text(json.dumps(key))
    monkeypatch.setenv(environment_vars.CREDENTIALS, str(file))
    secret_manager.credentials.cache_clear()

    with secret_manager.connect() as client:
        host = client.transport.host

    assert host == "secretmanager.googleapis.com:443"
    assert secret_manager.credentials() is secret_manager.credentials()
    secret_manager.credentials.cache_clear()


def test_the_client_is_imported_only_where_a_secret_is_configured() -> None:
    code = (
        "import sys; from injector.loading.loader import Loader; Loader({});"
        "print({'grpc', 'google.auth', 'google.cloud.secretmanager_v1', 'requests'}"
        " & {*sys.modules})"
    )

    found = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )

    assert (found.stdout, found.stderr) == ("set()\n", "")
