"""Lambda: bring the rows of the named streams up to their heads."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.runtime.advance import project_all
from functions.runtime.doorbell import advance_each_stream
from functions.runtime.event import Json
from functions.runtime.telemetry import observed


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    return advance_each_stream(event, project_all)
