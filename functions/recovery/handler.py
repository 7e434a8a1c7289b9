"""Lambda: record the stop of an ECS task on its runs. Their jobs come back by themselves."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.runtime.event import Json
from functions.runtime.telemetry import logger, observed
from kenpin.application.lost_runs import fail_lost_runs
from kenpin.bootstrap import platform


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    """`event`: ECS Task State Change. A repeated or late one, or a clean end, changes nothing."""
    task = event["detail"]
    if (why := _stop_reason(task)) is None:
        return {"failed": []}
    failed = fail_lost_runs(platform(), task["taskArn"], why)
    for run_id in failed:
        logger.info("a run lost its worker", run_id=run_id, reason=why)
    return {"failed": failed}


def _stop_reason(task: Json) -> str | None:
    """Return why the task stopped; None when it still runs or ended cleanly."""
    broken = [container for container in task["containers"] if container.get("exitCode") != 0]
    if task["lastStatus"] != "STOPPED" or not broken:
        return None
    said = broken[0].get("reason") or task.get("stoppedReason") or "ECS gives no reason"
    status = broken[0].get("exitCode")
    return f"the container stopped: {said}" + ("" if status is None else f" (exit status {status})")
