"""The parts of the current request: caller, idempotency key, expected version, batch."""

import hashlib
import re
import uuid
from typing import Final

from aws_lambda_powertools.event_handler.api_gateway import BaseRouter
from aws_lambda_powertools.event_handler.exceptions import BadRequestError, UnauthorizedError

from functions.runtime.trace import correlation_of, traceparent
from kenpin.application.execute import RequestContext
from kenpin.domain.event import Context
from kenpin.domain.ids import is_slug
from kenpin.ports import IdempotencyKey

LONGEST_KEY: Final = 255
VERSION: Final = re.compile(r'"(\d{1,18})"|(\d{1,18})', re.ASCII)


def header(name: str) -> str | None:
    value: str | None = BaseRouter.current_event.headers.get(name.lower())
    return value


def correlation_id() -> str:
    return correlation_of(BaseRouter.current_event.raw_event) or str(uuid.uuid4())


def claim(name: str) -> str | None:
    """Return a claim of the caller's token, as the gateway verified it."""
    authorizer = BaseRouter.current_event.raw_event["requestContext"].get("authorizer", {})
    value: str | None = authorizer.get("jwt", {}).get("claims", {}).get(name)
    return value


def caller() -> Context:
    """Return the context of the authenticated actor. Raises UnauthorizedError (401)."""
    actor = claim("sub")
    if not actor:
        raise UnauthorizedError("nobody is named; sign in")
    correlation = correlation_id()
    trace = traceparent(BaseRouter.current_event.headers, correlation)
    return Context(actor=actor, correlation_id=correlation, traceparent=trace, batch_id=batch_id())


def request_context() -> RequestContext:
    """Return who asks, under which key, and about which version."""
    return RequestContext(caller(), idempotency_key(), expected_version())


def batch_id() -> str | None:
    """Return the caller's name for an action of several requests, which can be undone as one."""
    value = header("kenpin-batch")
    if value is not None and not is_slug(value):
        raise BadRequestError("Kenpin-Batch: send up to 63 small letters, digits and hyphens")
    return value


def request_path() -> str:
    return BaseRouter.current_event.path


def idempotency_key() -> IdempotencyKey | None:
    """Return the caller's idempotency key, bound to the actor and the request."""
    value = header("idempotency-key")
    if value is None:
        return None
    if not 0 < len(value) <= LONGEST_KEY:
        raise BadRequestError(f"Idempotency-Key: send one to {LONGEST_KEY} characters, such as a UUID")
    event = BaseRouter.current_event
    request = "\0".join((caller().actor, event.http_method, event.path, event.body or ""))
    return IdempotencyKey(value, hashlib.sha256(request.encode()).hexdigest())


def expected_version() -> int | None:
    """Return the version in If-Match, if there is one."""
    value = header("if-match")
    if value is None or value == "*":
        return None
    if (version := VERSION.fullmatch(value.strip())) is None:
        raise BadRequestError(
            f'If-Match: {value[:40]} is no version; send the one you have seen, such as "7"'
        )
    return int(version[1] or version[2])
