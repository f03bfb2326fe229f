"""Another webhook than ours, whose every answer the test decides."""

import base64
import json
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from e2e.authority import Authority

Operations = Sequence[Mapping[str, Any]]
Mutate = Callable[[Mapping[str, Any]], Operations]
"""Returns the operations on the pod of a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """The server, and what it was asked so far."""

    url: str
    requests: list[dict[str, Any]]


@contextmanager
def serving(authority: Authority, mutate: Mutate) -> Iterator[Peer]:
    """Serve *mutate* as a mutating webhook."""
    requests: list[dict[str, Any]] = []
    handler = partial(_Handler, mutate, requests)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    pair = authority.server("peer")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Peer(url=f"https://127.0.0.1:{server.server_port}", requests=requests)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def registration(peer: Peer, authority: Authority, name: str) -> dict[str, Any]:
    """Return the configuration that has *peer* called for pods labelled with *name*."""
    ca = base64.b64encode(authority.certificate.read_bytes()).decode()
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingWebhookConfiguration",
        "metadata": {"name": name},
        "webhooks": [
            {
                "name": f"{name}.peer.invalid",
                "admissionReviewVersions": ["v1"],
                "clientConfig": {"url": peer.url, "caBundle": ca},
                "rules": [
                    {
                        "apiGroups": [""],
                        "apiVersions": ["v1"],
                        "operations": ["CREATE"],
                        "resources": ["pods"],
                    }
                ],
                "objectSelector": {"matchLabels": {name: "true"}},
                "failurePolicy": "Fail",
                "sideEffects": "None",
            }
        ],
    }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(
        self, mutate: Mutate, requests: list[dict[str, Any]], *connection: Any
    ) -> None:
        self._mutate = mutate
        self._requests = requests
        super().__init__(*connection)

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        request = json.loads(self.rfile.read(length))["request"]
        self._requests.append(request)
        operations = json.dumps(list(self._mutate(request)))
        response = {
            "uid": request["uid"],
            "allowed": True,
            "patchType": "JSONPatch",
            "patch": base64.b64encode(operations.encode()).decode(),
        }
        review = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"}
        body = json.dumps({**review, "response": response}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing: what is asked is in `Peer.requests`."""
