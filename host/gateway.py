"""API Gateway on one machine: finds the function of a route and speaks its event format (HTTP API, v2)."""

import base64
import re
import time
import uuid
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Final
from urllib.parse import parse_qsl, quote

from functions.manifest import FUNCTIONS
from functions.runtime.event import Json
from kenpin.bootstrap import platform

TIMEOUTS_S: Final = {function.name: function.timeout_seconds for function in FUNCTIONS}
DEFAULT_TIMEOUT_S: Final = 29.0
"""The longest that API Gateway waits."""


@dataclass(frozen=True)
class Request:
    """An HTTP request as the server read it: the path decoded, header names in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    claims: Mapping[str, str] = field(default_factory=dict)
    """The claims that `host.identity` verified."""
    address: str = ""
    """The address of the client."""

    @property
    def target(self) -> str:
        return f"{quote(self.path)}?{self.query}" if self.query else quote(self.path)

    @property
    def head_bytes(self) -> int:
        """The length of the request without its body, as it was sent."""
        separators = len(": \r\n")
        headers = sum(len(name) + len(value) + separators for name, value in self.headers.items())
        return len(self.method) + len(self.target) + headers


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class LambdaContext:
    """The part of Lambda's context that the handlers read."""

    function_name: str
    aws_request_id: str
    memory_limit_in_mb: int = 0
    invoked_function_arn: str = "arn:aws:lambda:local:0:function:local"
    end: float = field(default_factory=lambda: time.monotonic() + DEFAULT_TIMEOUT_S)

    def get_remaining_time_in_millis(self) -> int:
        return max(0, round((self.end - time.monotonic()) * 1000))


def call(function: str, event: Json, timeout_s: float | None = None) -> Json:
    """Call a function of the manifest by name, as Lambda would, with the same rights at the database.

    `timeout_s`: instead of the manifest's.

    A function that is late is not ended, but those that ask for the time that is left end by themselves.
    """
    handler = import_module(f"functions.{function}.handler").handler
    end = time.monotonic() + (TIMEOUTS_S[function] if timeout_s is None else timeout_s)
    [reads_only] = [one.reads_only for one in FUNCTIONS if one.name == function]
    with platform().reading_only() if reads_only else nullcontext():
        answer: Json = handler(event, LambdaContext(function, str(uuid.uuid4()), end=end))
    return answer


def import_handlers() -> None:
    """Import the functions with routes, so that no request waits for it."""
    for function in FUNCTIONS:
        if function.routes:
            import_module(f"functions.{function.name}.handler")


def function_for(method: str, path: str) -> str | None:
    """Return the function with the most specific route for this request; None when there is none."""
    matches = [
        (len(route.partition("{")[0]), function.name)
        for function in FUNCTIONS
        for route in function.routes
        if _pattern(route).fullmatch(f"{method} {path}")
    ]
    return max(matches)[1] if matches else None


@cache
def _pattern(route: str) -> re.Pattern[str]:
    """Return the pattern of a route: `{name}` stands for one part of the path, `{proxy+}` for the rest of it."""
    with_rest = re.escape(route).replace(re.escape("{proxy+}"), ".*")
    return re.compile(re.sub(r"\\{\w+\\}", "[^/]+", with_rest), re.DOTALL)


def respond(function: str, request: Request) -> Answer:
    answer = call(function, event_of(request))
    headers = {name.lower(): _header_text(value) for name, value in (answer.get("headers") or {}).items()}
    body = answer.get("body") or ""
    encoded = answer.get("isBase64Encoded", False)
    return Answer(answer["statusCode"], headers, base64.b64decode(body) if encoded else body.encode())


def _header_text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def event_of(request: Request) -> Json:
    request_id = str(uuid.uuid4())
    is_binary = request.headers.get("content-type", "").lower().startswith("multipart/")
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": request.path,
        "rawQueryString": request.query,
        "queryStringParameters": _parameters(request.query),
        "headers": dict(request.headers),
        "requestContext": {
            "requestId": request_id,
            "stage": "$default",
            "http": {"method": request.method, "path": request.path, "sourceIp": request.address},
            "authorizer": _authorizer(request.claims),
        },
        "body": _body(request, is_binary) if request.body else None,
        "isBase64Encoded": is_binary,
    }


def _body(request: Request, is_binary: bool) -> str:
    return base64.b64encode(request.body).decode() if is_binary else request.body.decode("utf-8", "replace")


def _parameters(query: str) -> dict[str, str]:
    """Return the parameters as API Gateway does: the values of a repeated name joined by commas."""
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        values.setdefault(name, []).append(value)
    return {name: ",".join(all_values) for name, all_values in values.items()}


def _authorizer(claims: Mapping[str, str]) -> Json:
    """Return the claims in the form of API Gateway's JWT authorizer."""
    return {"jwt": {"claims": dict(claims), "scopes": None}} if claims else {}
