"""Lambda: a task of ECS has stopped; say so of the runs that it had in work. Their jobs come back by themselves."""

from contextlib import suppress

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.runtime.event import Json
from functions.runtime.telemetry import logger, observed
from kenpin.application.execute import SYSTEM
from kenpin.bootstrap import platform
from kenpin.domain.decider import Refusal
from kenpin.domain.event import Context
from kenpin.domain.run.commands import FailRun
from kenpin.domain.run.decider import run
from kenpin.read_models.runs import projection as runs


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    """`event`: ECS Task State Change. Twice, late, or after a clean end it changes nothing."""
    task = event["detail"]
    if (why := _why(task)) is None:
        return {"failed": []}
    with platform().database.reading() as sql:
        lost = runs.worked_on_by(sql, task["taskArn"])
    return {"failed": [row["run_id"] for row in lost if _fail(row["run_id"], row["attempt"], why)]}


def _why(task: Json) -> str | None:
    """Why the task stopped; None when it has not, or ended its work itself."""
    broken = [container for container in task["containers"] if container.get("exitCode") != 0]
    if task["lastStatus"] != "STOPPED" or not broken:
        return None
    said = broken[0].get("reason") or task.get("stoppedReason") or "ECS gives no reason"
    status = broken[0].get("exitCode")
    return f"the container stopped: {said}" + ("" if status is None else f" (exit status {status})")


def _fail(run_id: str, attempt: int, why: str) -> bool:
    """Not finally: the queue counts the attempts. False when the attempt is over already."""
    command = FailRun(attempt=attempt, reason=why[:2000])
    with suppress(Refusal):
        platform().commands.execute(run, run_id, command, by=Context(actor=SYSTEM))
        logger.info("a run lost its worker", run_id=run_id, reason=why)
        return True
    return False
