"""A stand-in for the API of cloud functions, on the loopback address."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

DEFAULTS = {
    "allTrafficOnLatestRevision": True,
    "availableCpu": "0.1666",
    "availableMemory": "256M",
    "ingressSettings": "ALLOW_ALL",
    "maxInstanceCount": 100,
    "maxInstanceRequestConcurrency": 1,
    "timeoutSeconds": 60,
    "uri": "https://function-abc-ew.a.run.app",
}
"""The defaults of a service."""


@dataclass(frozen=True, slots=True)
class Functions:
    """The existing functions, and the address of the API."""

    endpoint: str
    by_name: Mapping[str, dict[str, Any]]

    @property
    def one(self) -> dict[str, Any]:
        """The only function."""
        (function,) = self.by_name.values()
        return function


@contextmanager
def serving() -> Iterator[Functions]:
    """Serve an API that has no functions yet."""
    functions: dict[str, dict[str, Any]] = {}
    handler = type("Handler", (_Handler,), {"functions": functions})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Functions(f"http://127.0.0.1:{server.server_port}", functions)
    finally:
        server.shutdown()
        server.server_close()


def completed(asked: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the function that the API makes of a request."""
    service = DEFAULTS | asked.get("serviceConfig", {})
    variables = service.get("environmentVariables", {})
    # The platform sets it unless the request forbids it.
    service["environmentVariables"] = {"LOG_EXECUTION_ID": "true", **variables}
    build = {"dockerRegistry": "ARTIFACT_REGISTRY"} | asked.get("buildConfig", {})
    return asked | {
        "buildConfig": build,
        "environment": "GEN_2",
        "name": name,
        "serviceConfig": service,
        "state": "ACTIVE",
        "url": "https://region-project.example.com/function",
    }


class _Handler(BaseHTTPRequestHandler):
    functions: dict[str, dict[str, Any]]

    def log_message(self, *_: object) -> None:
        """Print nothing."""

    def do_GET(self) -> None:
        """Answer with a function, or with an operation that is done."""
        name = self._name()
        if name in self.functions:
            self._answer(self.functions[name])
        elif "/operations/" in name:
            self._answer({"name": name, "done": True})
        else:
            self._answer({"error": {"code": 404, "message": "no function"}}, 404)

    def do_POST(self) -> None:
        """Create a function."""
        (called,) = parse_qs(urlsplit(self.path).query)["functionId"]
        self._keep(f"{self._name()}/{called}", self._body())

    def do_PATCH(self) -> None:
        """Change the fields of a function that the update mask names."""
        function = dict(self.functions[self._name()])
        body = self._body()
        (mask,) = parse_qs(urlsplit(self.path).query).get("updateMask", [""])
        for field in mask.split(","):
            top = field.split(".")[0]
            # A field in the mask without a value is cleared.
            function[top] = body.get(top)
        self._keep(self._name(), {k: v for k, v in function.items() if v is not None})

    def do_DELETE(self) -> None:
        """Delete a function."""
        del self.functions[self._name()]
        self._operation()

    def _name(self) -> str:
        return urlsplit(self.path).path.removeprefix("/v2/")

    def _body(self) -> dict[str, Any]:
        length = int(self.headers.get("Content-Length", 0))
        body: dict[str, Any] = json.loads(self.rfile.read(length) or b"{}")
        return body

    def _keep(self, name: str, asked: dict[str, Any]) -> None:
        self.functions[name] = completed(asked, name)
        self._operation(response=self.functions[name])

    def _operation(self, **more: Any) -> None:
        self._answer({"name": f"{self._name()}/operations/1", "done": True, **more})

    def _answer(self, value: object, status: int = 200) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
