"""Lost runs: those whose worker stopped before it could report."""

from contextlib import suppress

from kenpin.application.execute import SYSTEM
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.command import MAX_REASON_CHARACTERS
from kenpin.domain.decider import Refusal
from kenpin.domain.event import Context
from kenpin.domain.ids import RunId
from kenpin.domain.run.commands import FailRun
from kenpin.domain.run.decider import run
from kenpin.read_models.runs import queries as runs


def fail_lost_runs(platform: PlatformParts, worker: str, reason: str) -> list[RunId]:
    """Fail the attempts that this worker had in hands, and return their runs.

    The attempt fails, not the run: the queue counts attempts. An attempt that is over already stays as it is.
    """
    with platform.database.reading() as sql:
        lost = runs.worked_on_by(sql, worker)
    return [row["run_id"] for row in lost if _fail(platform, row["run_id"], row["attempt"], reason)]


def _fail(platform: PlatformParts, run_id: RunId, attempt: int, reason: str) -> bool:
    command = FailRun(attempt=attempt, reason=reason[:MAX_REASON_CHARACTERS])
    with suppress(Refusal):
        platform.commands.execute(run, run_id, command, by=Context(actor=SYSTEM))
        return True
    return False
