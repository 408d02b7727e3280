"""
A server on the loopback that answers as each test tells it.
"""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

OSM = Path(__file__).parents[3] / ".." / "shared" / "geo" / "osm"


class Asked(msgspec.Struct, frozen=True):
    """One question heard by the server."""

    path: str
    query: dict[str, str]
    body: Any


Answer = Callable[[Asked], tuple[int, Any]]


class FakeServer:
    """Answers with `answer`; what it heard is in `heard`."""

    def __init__(self) -> None:
        self.answer: Answer = lambda _: (404, {})
        self.heard: list[Asked] = []
        self.released = threading.Event()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            """One request."""

            def do_GET(self) -> None:
                """A question by address."""
                self._reply(None)

            def do_POST(self) -> None:
                """A question by JSON."""
                length = int(self.headers["Content-Length"])
                self._reply(json.loads(self.rfile.read(length)))

            def _reply(self, body: Any) -> None:
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                asked = Asked(parts.path, query, body)
                fake.heard.append(asked)
                status, answer = fake.answer(asked)
                content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - name given by the base
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Free the port; later questions are refused by the system."""
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def fake() -> Iterator[FakeServer]:
    """A server on the loopback."""
    server = FakeServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def osm() -> Path:
    """Folder of OpenStreetMap extracts."""
    return OSM
