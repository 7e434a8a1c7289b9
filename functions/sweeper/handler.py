"""Lambda on a schedule: doorbells may be lost, so compare heads with checkpoints and catch up."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.doorbell import logger
from functions.event import Json
from kenpin.bootstrap import platform
from kenpin.ports import Error
from kenpin.read_models.catalogue import advance_stream, behind


def handler(event: Json, context: LambdaContext) -> Json:
    store, database = platform().events, platform().database
    projected = 0
    for stream in list(behind(store, database)):
        try:
            projected += advance_stream(stream, store, database)
        except Error:
            logger.exception("a stream could not be projected", stream=stream)
    return {"projected": projected, "reacted": platform().reactions.sweep()}
