"""Lambda on a schedule: compare heads with checkpoints and catch up, as doorbells may be lost."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.runtime.event import Json
from functions.runtime.quiet import quietly
from functions.runtime.telemetry import observed
from functions.sweeper.sweep import Sweep


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    """Return how many readers reached the head of a stream, and how many are left."""
    sweep = Sweep(context.get_remaining_time_in_millis)
    return quietly(event, lambda: (sweep.carry_out(), sweep.found_nothing), sweep.rest)
