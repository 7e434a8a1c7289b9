"""Image events from factory systems over HTTP, each answered for."""

from collections.abc import Sequence
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.api.intake.answers import Taken
from functions.http.access import access
from functions.http.request import caller
from functions.http.resolver import new_router
from functions.intake.take import Arrived, Fate, by_dataset, note, take
from functions.intake.trigger import Trigger
from kenpin.application.arrivals import not_of_lines
from kenpin.application.projects import project_in_history
from kenpin.bootstrap import platform
from kenpin.domain.dataset.refusals import NoSuchDataset
from kenpin.domain.member.events import EVERYWHERE
from kenpin.read_models.datasets import projection as datasets

router = new_router()


@router.post("/intake", status_code=202, tags=["intake"])
def take_in(body: Annotated[list[Trigger], Body(min_length=1, max_length=200)]) -> list[Taken]:
    """Register the images of these events. Sent twice, an event changes nothing the second time."""
    by = caller()
    arrived = [Arrived(str(n), one, one.model_dump(mode="json")) for n, one in enumerate(body)]
    barred = _barred(arrived)
    ours = [one for one in arrived if one.place not in barred]
    fates = {place: fate for group in by_dataset(ours) for place, fate in take(group, by).items()}
    now = {place: _now(fate) for place, fate in fates.items()}
    note(ours, now, by)
    return [taken(one.trigger.id, (now | barred)[one.place]) for one in arrived]


def _barred(arrived: Sequence[Arrived]) -> dict[str, Fate]:
    """Those for which the caller has no right, by place. Of another's dataset no more is told than that of none."""
    mine = access()
    if mine.everywhere and mine.lines(EVERYWHERE) is None:
        return {}
    with platform().database.reading() as sql:
        asked = {one.trigger.data.dataset_id for one in arrived}
        projects = datasets.projects_of(sql, asked)
    events = platform().events
    projects |= {
        id: found for id in asked - projects.keys() if (found := project_in_history(events, "dataset", id))
    }
    barred = {}
    for one in arrived:
        project_id, line = projects.get(one.trigger.data.dataset_id), one.trigger.data.capture.line
        if not mine.may(project_id):
            barred[one.place] = Fate("rejected", str(NoSuchDataset()))
        elif reason := not_of_lines(line, mine.lines(project_id)):
            barred[one.place] = Fate("rejected", reason)
    return barred


def taken(id: str, fate: Fate) -> Taken:
    return Taken.model_validate({"id": id, "outcome": _now(fate).outcome, "detail": fate.detail})


def _now(fate: Fate) -> Fate:
    """Who waits for an answer sends it again; nobody else does."""
    return Fate("rejected", fate.detail) if fate.outcome == "later" else fate
