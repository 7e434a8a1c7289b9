"""Lambda: react to what the streams that were rung for have that is new."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.advance import react
from functions.doorbell import each_stream
from functions.event import Json
from functions.telemetry import observed


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    return each_stream(event, react)
