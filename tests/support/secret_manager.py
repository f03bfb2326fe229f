"""A stand-in for Secret Manager that speaks its protocol and fails on request."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import google_crc32c
import grpc  # type: ignore[import-untyped]
from google.cloud.secretmanager_v1 import (
    AccessSecretVersionRequest,
    AccessSecretVersionResponse,
)

SERVICE = "google.cloud.secretmanager.v1.SecretManagerService"
NUMBERED = "projects/p/secrets/injector/versions/3"
LATEST = "projects/p/secrets/injector/versions/latest"


@dataclass
class FakeSecretManager:
    """The data of the service, and its behaviour, which tests change."""

    data: bytes = b"policy: enabled\n"
    version: str = "3"
    code: Any = None
    """The error status of calls, if any."""
    failures: int = -1
    """The number of calls that fail; below zero, all fail."""
    seconds: float = 0
    """The duration of every call, in seconds."""
    corrupt: bool = False
    asked: list[str] = field(default_factory=list)
    address: str = ""

    def access(self, request: AccessSecretVersionRequest, context: Any) -> Any:
        """Answer one call."""
        self.asked.append(request.name)
        end = time.monotonic() + self.seconds
        while time.monotonic() < end and context.is_active():
            time.sleep(0.01)
        if self.code is not None and self.failures:
            self.failures -= 1
            context.abort(self.code, "as the test wants it")
        secret = request.name.rpartition("/")[0]
        checksum = google_crc32c.value(self.data)
        return AccessSecretVersionResponse(
            name=f"{secret}/{self.version}",
            payload={"data": self.data, "data_crc32c": checksum ^ self.corrupt},
        )

    @property
    def environ(self) -> dict[str, str]:
        """The environment of a function that uses this service."""
        return {"SECRET_MANAGER_EMULATOR_HOST": self.address}


@contextmanager
def serving(fake: FakeSecretManager) -> Iterator[FakeSecretManager]:
    """Serve *fake* on a port of its own."""
    method: Callable[..., Any] = grpc.unary_unary_rpc_method_handler(
        fake.access,
        request_deserializer=AccessSecretVersionRequest.deserialize,
        response_serializer=AccessSecretVersionResponse.serialize,
    )
    handler = grpc.method_handlers_generic_handler(
        SERVICE, {"AccessSecretVersion": method}
    )
    server = grpc.server(ThreadPoolExecutor(max_workers=8))
    server.add_generic_rpc_handlers((handler,))
    fake.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield fake
    finally:
        server.stop(None).wait()
