"""Lambda: react to new events of the named streams."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.runtime.advance import react
from functions.runtime.doorbell import advance_each_stream
from functions.runtime.event import Json
from functions.runtime.telemetry import observed


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    return advance_each_stream(event, react)
