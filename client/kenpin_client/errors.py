"""Errors of the client, from the general to the special."""

from collections.abc import Mapping
from typing import Final

import httpx
import msgspec

MAY_PASS: Final = frozenset({429, 502, 503, 504})
"""Statuses after which the same request may succeed a moment later."""


class KenpinError(Exception):
    """Base of all errors of the client."""


class Unreachable(KenpinError):
    """No answer came, also after the retries."""


class Interrupted(Unreachable):
    """The answer broke off before its end."""


class UnknownAnswer(KenpinError):
    """The answer is not what this version of the client knows."""


class TimedOut(KenpinError):
    """A run, or a version of the rows, that the program waited for did not come in time."""


class RunFailed(KenpinError):
    """The run ended without a model. `status` is "failed" or "cancelled"."""

    def __init__(self, run_id: str, status: str, reason: str) -> None:
        super().__init__(f"run {run_id} made no model: {reason or status}")
        self.run_id, self.status, self.reason = run_id, status, reason


class FieldProblem(msgspec.Struct, frozen=True):
    """A field of the request that cannot be taken, and why."""

    where: str
    what: str


class ProblemBody(msgspec.Struct, frozen=True):
    """The parts of a problem+json (RFC 9457) that the client reads."""

    detail: str
    code: str = ""
    parameters: dict[str, object] = {}
    errors: list[FieldProblem] = []
    correlation_id: str = ""


class Problem(KenpinError):
    """The platform refused the request, or failed.

    `status` is that of HTTP. `code` names the rule that refused, `parameters` are the values of its text.
    `errors` name the fields of the request that are wrong.
    """

    def __init__(self, status: int, body: ProblemBody) -> None:
        super().__init__(body.detail)
        self.status, self.code, self.correlation_id = status, body.code, body.correlation_id
        self.parameters: Mapping[str, object] = body.parameters
        self.errors = tuple(body.errors)


def problem_of(answer: httpx.Response) -> Problem:
    """Return the problem that an answer without success tells."""
    try:
        body = msgspec.json.decode(answer.content, type=ProblemBody)
    except msgspec.DecodeError:
        request = answer.request
        asked = f"{request.method} {request.url.copy_with(query=None)}"
        body = ProblemBody(detail=f"{asked} answered {answer.status_code} {answer.reason_phrase}")
    return Problem(answer.status_code, body)
