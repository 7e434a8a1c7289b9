"""The read that a line polls: the verdict of the model in production on the picture of an event."""

from datetime import UTC, datetime
from typing import Annotated, Final

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.intake.answers import LineAnswer
from functions.http.access import access
from functions.http.errors import NoSuchThing
from functions.http.paging import rows
from functions.http.resolver import new_router
from kenpin.bootstrap import platform
from kenpin.domain.model.arrivals import PAUSE
from kenpin.domain.model.verdict import verdict_of
from kenpin.projections.database import Row, Sql
from kenpin.read_models.gallery import queries as gallery
from kenpin.read_models.intake import event_ids
from kenpin.read_models.intake import notes as intake
from kenpin.read_models.models import history, inspections
from kenpin.read_models.runs import predictions

LATE_AFTER: Final = 2 * PAUSE
"""A picture waits up to one pause of automatic inspections until it is asked for; the inspection has as long again."""
router = new_router()


@router.get("/intake/answers", tags=["intake"])
def line_answer(
    source: Annotated[str, Query(min_length=1, max_length=400)],
    id: Annotated[str, Query(min_length=1, max_length=200)],
) -> LineAnswer:
    """Return the verdict of the model in production on the picture of an event that the intake took.

    It is that of an inspection: a model inspects what arrives where automatic inspection is on.
    """
    with rows() as sql:
        event = event_ids.first_event(sql, access().projects, source, id)
        if event is None or not _is_of_callers_line(event):
            raise NoSuchThing("intake_event", id)
        ordinal = gallery.ordinal_of(sql, event["dataset_id"], event["image_id"])
        if ordinal is None and (reason := _rejection(sql, event, source, id)):
            return LineAnswer(state="rejected", reason=reason)
        inspection = None if ordinal is None else _inspection(sql, event["dataset_id"], ordinal)
    answer = None if inspection is None else _answer(inspection, event["image_id"])
    return answer or LineAnswer(state="late" if _is_late(event) else "waiting")


def _is_of_callers_line(event: Row) -> bool:
    lines = access().lines(event["project_id"])
    return lines is None or event["data"].get("capture", {}).get("line") in lines


def _rejection(sql: Sql, event: Row, source: str, id: str) -> str:
    """Return the reason why the event was rejected, also once a person has dismissed it; empty: it was not."""
    return intake.rejection(sql, event["dataset_id"], source, id) or str(event["dismissed"])


def _is_late(event: Row) -> bool:
    waited: bool = datetime.now(UTC) - event["first_at"] > LATE_AFTER
    return waited


def _inspection(sql: Sql, dataset_id: str, ordinal: int) -> Row | None:
    model = history.in_production(sql, dataset_id, None)
    return None if model is None else inspections.of_image(sql, model["model_id"], ordinal)


def _answer(inspection: Row, image_id: str) -> LineAnswer | None:
    """Return the answer by the file of the inspection; None: the picture is not in it."""
    found = predictions.page(
        platform().objects,
        inspection["predictions"],
        threshold=inspection["threshold"],
        given=predictions.PredictionFilter(image_id=image_id),
        limit=1,
    )
    for row in found.rows:
        return LineAnswer.model_validate(
            {
                "state": "answered",
                "verdict": verdict_of(
                    row["score"], inspection["threshold"], inspection["grey_from"], row.get("unfamiliar")
                ),
                "score": row["score"],
                "threshold": inspection["threshold"],
                "model_id": inspection["model_id"],
                "at": inspection["inspected_at"],
            }
        )
    return None
