"""Lambda: bring the rows of the streams that were rung for up to their heads."""

from functools import partial

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.doorbell import each_stream
from functions.event import Json
from kenpin.bootstrap import platform
from kenpin.read_models.catalogue import advance_stream


def handler(event: Json, context: LambdaContext) -> Json:
    advance = partial(advance_stream, store=platform().events, database=platform().database)
    return each_stream(event, advance)
