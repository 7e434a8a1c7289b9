"""Lambda: record the stop of an ECS task on its runs. Their jobs come back by themselves."""

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
from kenpin.read_models.runs import queries as runs


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    """`event`: ECS Task State Change. A repeated or late one, or a clean end, changes nothing."""
    task = event["detail"]
    if (why := _stop_reason(task)) is None:
        return {"failed": []}
    with platform().database.reading() as sql:
        lost = runs.worked_on_by(sql, task["taskArn"])
    return {"failed": [row["run_id"] for row in lost if _fail(row["run_id"], row["attempt"], why)]}


def _stop_reason(task: Json) -> str | None:
    """Return why the task stopped; None when it still runs or ended cleanly."""
    broken = [container for container in task["containers"] if container.get("exitCode") != 0]
    if task["lastStatus"] != "STOPPED" or not broken:
        return None
    said = broken[0].get("reason") or task.get("stoppedReason") or "ECS gives no reason"
    status = broken[0].get("exitCode")
    return f"the container stopped: {said}" + ("" if status is None else f" (exit status {status})")


def _fail(run_id: str, attempt: int, why: str) -> bool:
    """Fail the attempt, not the run: the queue counts attempts. False when the attempt is over already."""
    command = FailRun(attempt=attempt, reason=why[:2000])
    with suppress(Refusal):
        platform().commands.execute(run, run_id, command, by=Context(actor=SYSTEM))
        logger.info("a run lost its worker", run_id=run_id, reason=why)
        return True
    return False
