"""Lambda on a schedule: sign the head of every stream, so that a rewritten history is found."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.anchors.follow_up import follow_up
from functions.runtime.event import Json
from functions.runtime.telemetry import observed
from kenpin.bootstrap import platform


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    """Return how many anchors were taken: none when nothing has happened since the last.

    Fails, once the anchor is taken, when its time stamp or its copy in the mirror failed: failed calls are an alarm.
    """
    anchors = platform().anchors
    before = anchors.newest("anchor")
    record = anchors.take()
    if failed := follow_up():
        raise ExceptionGroup("the anchor is taken; what follows it failed", failed)
    return {"taken": int(record is not None and record != before)}
