"""Lambda on a schedule: doorbells may be lost, so compare heads with checkpoints and catch up."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.runtime.event import Json
from functions.runtime.telemetry import observed
from functions.sweeper.sweep import Sweep


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    """Answers how many readers were brought up to the head of a stream, and how many it had no time for."""
    return Sweep(context.get_remaining_time_in_millis).carry_out()
