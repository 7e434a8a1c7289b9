"""Blind answers in a stream's events: their content is withheld while the agreement task is open."""

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from functions.api.history.answers import RecordedEvent, ShownEvent
from functions.http.access import access
from functions.http.paging import rows
from kenpin.domain.dataset.events import BlindJudgementSubmitted
from kenpin.domain.event import Recorded
from kenpin.domain.ids import id_of
from kenpin.read_models.agreement import queries as agreement_queries
from kenpin.read_models.datasets import queries as datasets

AS_STORED: Final = "GET /v1/streams/<stream>/commits"
"""A caller who may read stored commits sees every answer there, so nothing is withheld here."""
ANSWERED: Final = ("verdict", "defect_classes")


def still_blind(stream: str, facts: Iterable[Recorded]) -> set[int]:
    """Return the versions of others' answers that the caller must not see yet."""
    me = access().actor
    answers = {
        fact.version: fact.event.task_id
        for fact in facts
        if isinstance(fact.event, BlindJudgementSubmitted) and fact.event.person != me
    }
    if not answers:
        return set()
    with rows() as sql:
        if replace(access(), operation=AS_STORED).may(datasets.project_of(sql, id_of(stream))):
            return set()
        closed = agreement_queries.closed(sql, id_of(stream), set(answers.values()))
    return {version for version, task_id in answers.items() if task_id not in closed}


def as_seen(event: RecordedEvent, *, blind: bool) -> ShownEvent:
    data = {name: value for name, value in event.data.items() if not (blind and name in ANSWERED)}
    return ShownEvent(**{**dict(event), "data": data}, withheld=blind)
