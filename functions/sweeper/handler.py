"""Lambda on a schedule: doorbells may be lost, so compare heads with checkpoints and catch up."""

from functools import partial

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.doorbell import advanced
from functions.event import Json
from kenpin.bootstrap import platform
from kenpin.read_models.catalogue import advance_stream, behind


def handler(event: Json, context: LambdaContext) -> Json:
    """Answers how many streams were brought up to their heads."""
    store, database, reactions = platform().events, platform().database, platform().reactions
    project = partial(advance_stream, store=store, database=database)
    projected = sum(advanced(stream, project) for stream in list(behind(store, database)))
    reactions.fail_runs_of_dead_jobs()
    reacted = sum(advanced(stream, reactions.advance) for stream in reactions.late())
    return {"projected": projected, "reacted": reacted}
