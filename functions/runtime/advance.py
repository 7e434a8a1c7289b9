"""Advance projections and reactors; park a reader on a stream whose event makes it fail."""

from collections.abc import Callable
from typing import Final, Literal

from functions.runtime.telemetry import logger
from kenpin.application.react import READER
from kenpin.bootstrap import platform
from kenpin.ports import Unavailable
from kenpin.projections.projection import ReadModel, advance
from kenpin.read_models.parked import notes as parked

RESERVE_MS: Final = 10_000
"""Time to finish a started window of events on a slow day."""
AdvanceOutcome = Literal["advanced", "unfinished", "parked", "not now"]
"""`unfinished`: stopped between two windows. `not now`: a service was unavailable; the call may succeed again."""


def project(model: ReadModel, stream: str, is_late: Callable[[], bool]) -> AdvanceOutcome:
    """Bring the rows up to the stream's head. `is_late` is asked after each full window, and stops it."""
    store, database, stopped = platform().events, platform().database, False

    def is_stopped() -> bool:
        nonlocal stopped
        stopped = is_late()
        return stopped

    outcome = attempt(model.name, stream, lambda: advance(model, stream, store, database, is_stopped))
    return "unfinished" if stopped and outcome == "advanced" else outcome


def react(stream: str) -> list[AdvanceOutcome]:
    return [attempt(READER, stream, lambda: platform().reactions.advance(stream))]


def attempt(reader: str, stream: str, advance: Callable[[], object]) -> AdvanceOutcome:
    """Run `advance`. An error parks the reader before the event that it broke on: it would break again.

    The sweeper or a person releases it.
    """
    try:
        try:
            advance()
        except Unavailable:
            raise
        except Exception as error:
            logger.exception("parked", reader=reader, stream=stream)
            with platform().database.transaction() as sql:
                parked.park(sql, reader, stream, error)
            return "parked"
    except Unavailable as error:
        logger.warning("not now", reader=reader, stream=stream, reason=str(error))
        return "not now"
    return "advanced"
