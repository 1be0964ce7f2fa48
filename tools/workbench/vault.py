"""Keeps the key that encrypts the secrets of the tests' stacks, as a HashiCorp Vault does.

Pulumi derives a key from a passphrase with a million rounds, in every command. That takes a third of a second of CPU
time. A vault only unwraps the key. The keys of tests protect nothing, so this vault wraps a key in its own text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

VAULT = "VAULT_SERVER_URL"
"""The environment variable that tells Pulumi where the vault is."""

VAULT_TOKEN = "VAULT_SERVER_TOKEN"  # noqa: S105  (a name)
SECRETS_PROVIDER = "hashivault://tests"
_MARK = "vault:v1:"


@contextmanager
def vault() -> Iterator[str]:
    """Serves, and gives the URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Wrapping)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Wrapping(BaseHTTPRequestHandler):
    """Answers `transit/encrypt` and `transit/decrypt`."""

    def do_PUT(self) -> None:
        """Wraps a plaintext, or unwraps a ciphertext."""
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if "plaintext" in sent:
            answer = {"ciphertext": _MARK + sent["plaintext"]}
        else:
            answer = {"plaintext": sent["ciphertext"].removeprefix(_MARK)}
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps({"data": answer}).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (as in the base class)
        """Says nothing of its calls."""
