"""Advance projections and reactors; park a reader on a stream whose event makes it fail."""

from collections.abc import Callable
from typing import Literal

from functions.runtime.telemetry import logger
from kenpin.application.react import READER
from kenpin.bootstrap import platform
from kenpin.ports import Unavailable
from kenpin.projections.projection import ReadModel, advance
from kenpin.read_models.catalogue import models_of
from kenpin.read_models.parked import notes as parked

AdvanceOutcome = Literal["advanced", "parked", "not now"]
"""`not now`: a service was unavailable; the same call may succeed at once."""


def project_all(stream: str) -> list[AdvanceOutcome]:
    """Bring all rows of the stream up to its head."""
    return [project(model, stream) for model in models_of(stream)]


def project(model: ReadModel, stream: str, is_late: Callable[[], bool] = lambda: False) -> AdvanceOutcome:
    store, database = platform().events, platform().database
    return attempt(model.name, stream, lambda: advance(model, stream, store, database, is_late))


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
