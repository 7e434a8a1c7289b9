"""The Runtime API of Lambda, as far as the runtime interface client for Python asks for it."""

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Final

MAX_PAYLOAD_BYTES: Final = 6 * 1024 * 1024
"""Lambda's limit of an event and of an answer."""
TOO_LARGE: Final = "RequestEntityTooLarge"
PREFIX: Final = "/2018-06-01/runtime/"
NAMED: Final = "Lambda-Runtime-Aws-Request-Id"


@dataclass(frozen=True)
class Invocation:
    body: bytes
    deadline_ms: int
    """Time since 1970."""


@dataclass(frozen=True)
class InvocationResult:
    """The answer of a function, or the type of its error."""

    body: bytes = b""
    error_type: str = ""


class RuntimeApi(ThreadingHTTPServer):
    """The endpoint of one execution environment."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.ready = Event()
        """Set while the client waits for an invocation."""
        self.invocations: SimpleQueue[Invocation] = SimpleQueue()
        self.outcomes: SimpleQueue[InvocationResult] = SimpleQueue()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def send(self, event: object, seconds: float) -> None:
        """Hand an event to the client. Raises ValueError when the event is larger than Lambda takes."""
        body = json.dumps(event).encode()
        if len(body) > MAX_PAYLOAD_BYTES:
            raise ValueError(f"{len(body):,} bytes are more than Lambda takes")
        self.invocations.put(Invocation(body, int((time.time() + seconds) * 1000)))


@contextmanager
def listening() -> Iterator[RuntimeApi]:
    with RuntimeApi() as api:
        thread = Thread(target=api.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield api
        finally:
            api.shutdown()
            thread.join()


class _Conversation(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: RuntimeApi

    def do_GET(self) -> None:
        assert self.path == f"{PREFIX}invocation/next", self.path
        self.server.ready.set()
        invocation = self._next()
        self.server.ready.clear()
        request_id = str(uuid.uuid4())
        headers = {
            NAMED: request_id,
            "Lambda-Runtime-Deadline-Ms": str(invocation.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-central-1:123456789012:function:one",
            "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0",
        }
        self._answer(200, invocation.body, headers)

    def _next(self) -> Invocation:
        while True:
            try:
                return self.server.invocations.get(timeout=0.5)
            except Empty:
                continue

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.endswith("/error"):
            error_type = (
                self.headers.get("Lambda-Runtime-Function-Error-Type") or json.loads(body)["errorType"]
            )
            self.server.outcomes.put(InvocationResult(body, error_type))
        elif len(body) > MAX_PAYLOAD_BYTES:
            self.server.outcomes.put(InvocationResult(error_type="Function.ResponseSizeTooLarge"))
            return self._answer(413, json.dumps({"errorType": TOO_LARGE}).encode(), {})
        else:
            self.server.outcomes.put(InvocationResult(body))
        self._answer(202, b'{"status":"OK"}', {})

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""
