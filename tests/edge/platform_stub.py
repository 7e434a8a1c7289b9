"""A small platform on this machine: it takes uploads and events, and fails when a test says so."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

NOTHING: Final = 0
"""The fault of a connection that ends without an answer."""


class PlatformStub(ThreadingHTTPServer):
    """Platform of a test. `faults`: part of a path, status and Retry-After of the next answers there.

    `refused`: digest → why an event is rejected.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), StubHandler)
        self.faults: list[tuple[str, int, str]] = []
        self.refused: dict[str, str] = {}
        self.malformed: set[str] = set()
        """Digests for which the whole request is refused"""
        self.breaks_at: set[str] = set()
        self.stored: dict[str, bytes] = {}
        self.events: list[dict[str, Any]] = []
        self.reports: list[dict[str, Any]] = []
        """Events about drops"""
        self.answers: dict[str, dict[str, Any]] = {}
        """Id → answer about its picture"""
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed is no error of the test."""


class StubHandler(BaseHTTPRequestHandler):
    server: PlatformStub

    def _failed(self) -> bool:
        self.server.asked.append(f"{self.command} {self.path}")
        if not self.server.faults or self.server.faults[0][0] not in self.path:
            return False
        _, status, after = self.server.faults.pop(0)
        if status != NOTHING:
            self.send_response(status)
            if after:
                self.send_header("Retry-After", after)
            self.end_headers()
        return True

    def _answer(self, status: int, body: object) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def do_POST(self) -> None:
        body = json.loads(self._body())
        if self._failed():
            return
        if self.headers["Authorization"] != "Bearer secret":
            self._answer(401, {"detail": "the token is not known"})
        elif self.path == "/v1/intake":
            self._take(body)
        else:
            digests = [file["digest"] for file in body["files"]]
            urls = {each: None if each in self.server.stored else f"/put/{each}" for each in digests}
            self._answer(200, {"uploads": [{"digest": d, "url": url} for d, url in urls.items()]})

    def _take(self, events: list[dict[str, Any]]) -> None:
        if events[0]["type"] == "kenpin.edge.dropped.v1":
            self.server.reports += events
            self._answer(202, [{"id": event["id"], "outcome": "noted"} for event in events])
            return
        digests = [event["data"]["digest"] for event in events]
        if self.server.malformed & {*digests}:
            self._answer(422, {"detail": "an event is malformed"})
            return
        if self.server.breaks_at & {*digests}:
            self._answer(500, {"detail": "something broke"})
            return
        assert {*digests} <= self.server.stored.keys()
        answers = []
        for event, digest in zip(events, digests, strict=True):
            why = self.server.refused.get(digest, "")
            outcome = {"outcome": "rejected" if why else "registered", "detail": why}
            answers.append({"id": event["id"], **outcome})
        self.server.events += [
            event for event in events if event["data"]["digest"] not in self.server.refused
        ]
        self._answer(202, answers)

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        found = self.server.answers.get(parse_qs(address.query)["id"][0])
        if self._failed():
            return
        assert (address.path, self.headers["Authorization"]) == ("/v1/intake/answers", "Bearer secret")
        self._answer(200 if found else 404, found or {"detail": "the id was never seen"})

    def do_PUT(self) -> None:
        body = self._body()
        if self._failed():
            return
        assert "Authorization" not in self.headers
        digest = hashlib.sha256(body).hexdigest()
        assert self.path == f"/put/{digest}"
        self.server.stored[digest] = body
        self._answer(200, {})

    def log_message(self, format: str, *arguments: object) -> None:
        """Tests look at `asked`."""


@contextmanager
def running_stub() -> Iterator[PlatformStub]:
    with PlatformStub() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
