"""Reads a version of a secret from Secret Manager, through Google's client.

==========================================  ==================
the service                                 raised
==========================================  ==================
has no such version, or has it disabled     ConfigError
refuses access (grants take minutes)        ConfigUnavailable
is down, too slow, or out of quota          ConfigUnavailable
sends data with another checksum            ConfigUnavailable
==========================================  ==================

The client takes a third of a second to import: import this module only to use it.
"""

from functools import cache
from typing import NamedTuple

import google.auth
import google_crc32c
import grpc  # type: ignore[import-untyped]
from google.api_core import exceptions
from google.api_core.retry import Retry
from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError
from google.cloud.secretmanager_v1 import (
    AccessSecretVersionResponse,
    SecretManagerServiceClient,
)
from google.cloud.secretmanager_v1.services.secret_manager_service.transports import (
    SecretManagerServiceGrpcTransport,
)

from injector.base.errors import ConfigError, ConfigUnavailable, Problem

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 1.0
"""Seconds between two tries. The client's default is two or more."""

LASTING = (
    exceptions.NotFound,
    exceptions.InvalidArgument,
    exceptions.FailedPrecondition,
)
"""Errors that another try would meet again."""


class Secret(NamedTuple):
    """The payload of a version of a secret, and its number."""

    data: bytes
    version: str


class SecretManager:
    """Calls the service.

    Each read has a connection of its own: servers fork after the start, and connections
    break by that.

    Args:
        emulator: ``host:port`` of a stand-in for the service, for tests.
    """

    def __init__(self, emulator: str = "") -> None:
        self._emulator = emulator

    def read(self, name: str, seconds: float) -> Secret:
        """Return the version of a secret with that *name*.

        Args:
            name: ``projects/PROJECT/secrets/SECRET/versions/VERSION``.
            seconds: how long all tries may take together.

        Raises:
            ConfigError: no such version can be read.
            ConfigUnavailable: the service does not answer now.
        """
        retry = Retry(initial=FIRST_PAUSE, maximum=LONGEST_PAUSE, timeout=seconds)
        try:
            with connect(self._emulator) as client:
                answer = client.access_secret_version(
                    name=name, retry=retry, timeout=seconds
                )
        except LASTING as e:
            raise ConfigError([Problem(name, f"cannot be read: {e.message}")]) from e
        except (exceptions.GoogleAPIError, GoogleAuthError) as e:
            raise ConfigUnavailable(f"{name}: cannot be read just now: {e}") from e
        return _checked(name, answer)


def connect(emulator: str = "") -> SecretManagerServiceClient:
    """Return a client of the service, or of an *emulator* at ``host:port``.

    The emulator is called without encryption and without credentials.
    """
    if not emulator:
        return SecretManagerServiceClient(credentials=credentials())
    channel = grpc.insecure_channel(emulator)
    transport = SecretManagerServiceGrpcTransport(channel=channel)
    return SecretManagerServiceClient(transport=transport)


@cache
def credentials() -> Credentials:
    """Return the process's own credentials. The search may take seconds."""
    found, _project = google.auth.default()
    return found


def _checked(name: str, answer: AccessSecretVersionResponse) -> Secret:
    data = answer.payload.data
    if google_crc32c.value(data) != answer.payload.data_crc32c:
        raise ConfigUnavailable(f"{name}: came damaged, its checksum does not fit")
    return Secret(data=data, version=answer.name.rpartition("/")[2])
