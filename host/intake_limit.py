"""The bound on requests of the intake in one HTTP process, which keeps it free for people."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final

from host.asgi import problem
from host.gateway import Answer, Request

INTAKE: Final = "intake"
"""The function of the manifest."""
RETRY_AFTER_S: Final = 2


class IntakeLimit:
    """At most so many requests of the intake are taken at a time; the others are answered 429.

    Handlers run one at a time. `turn` lets one request of the intake wait for them: other requests wait for that
    one alone.
    """

    def __init__(self, at_most: int) -> None:
        self._at_most, self._taken = at_most, 0
        self.turn = asyncio.Lock()

    @property
    def is_reached(self) -> bool:
        return self._taken >= self._at_most

    @contextmanager
    def counted(self) -> Iterator[None]:
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1

    def refusal(self, request: Request) -> Answer:
        return problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            request,
            f"{self._at_most} requests of the intake are at work here (KENPIN_INTAKE_REQUESTS); nothing of this one "
            f"was taken, so send it again in {RETRY_AFTER_S} seconds",
            {"retry-after": str(RETRY_AFTER_S)},
            code="IntakeBusy",
            parameters={"setting": "KENPIN_INTAKE_REQUESTS", "limit": self._at_most},
        )
