"""The read of rounds of judging: what people's time bought."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from msgspec.structs import asdict

from functions.api.rounds.answers import JudgedRound, RoundFigures, Rounds, RoundWork
from functions.http.resolver import new_router
from kenpin.application.judging_rounds import judging_rounds
from kenpin.bootstrap import platform
from kenpin.domain.recipe import Method
from kenpin.projections.database import Row

router = new_router()


@router.get("/datasets/<dataset_id>/rounds", tags=["datasets"])
def list_rounds(
    dataset_id: str, method: Method | None = None, most: Annotated[int, Query(ge=1, le=50)] = 10
) -> Rounds:
    """List the last rounds of judging between two runs of one method, with escapes and overkills of both.

    `GET /v1/runs/{run_id}/comparison` has the difference on the same images, with its interval.
    """
    found, runs = judging_rounds(platform(), dataset_id, method, most)
    return Rounds(
        items=[
            JudgedRound(
                method=runs[each.new_run]["method"],
                before=_figures(runs[each.old_run]),
                after=_figures(runs[each.new_run]),
                work=[RoundWork(**asdict(done)) for done in each.work],
            )
            for each in found
        ]
    )


def _figures(run: Row) -> RoundFigures:
    evaluation = run["evaluation"] or {}
    counts = {name: evaluation.get(name, 0) for name in ("images", "escapes", "ng", "overkills", "ok")}
    return RoundFigures(
        run_id=run["run_id"],
        dataset_version=run["dataset_version"],
        split=evaluation.get("split"),
        **counts,
    )
