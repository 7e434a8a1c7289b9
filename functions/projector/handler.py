"""Lambda: bring the rows of the streams that were rung for up to their heads."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.advance import project_all
from functions.doorbell import each_stream
from functions.event import Json
from functions.telemetry import observed


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    return each_stream(event, project_all)
