"""Lambda: bring the rows of the named streams towards their heads, and end in time."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.projector.turns import Turns
from functions.runtime.doorbell import failures, streams_named
from functions.runtime.event import Json
from functions.runtime.telemetry import observed


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    """Report the records of streams that no turn came to, or that no service answered for."""
    streams = streams_named(event)
    return failures(streams, Turns(context.get_remaining_time_in_millis).carry_out(streams))
