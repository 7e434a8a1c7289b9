"""Projection of suggestions: candidates, their reasons and outcomes."""

from collections.abc import Sequence
from typing import Final

from kenpin.domain.dataset.events import (
    AnnotationSubmitted,
    CandidateDismissed,
    CandidatesSuggested,
    ChangeReverted,
    ImageErased,
    ImageExcluded,
    Judged,
    PutBack,
)
from kenpin.domain.event import Recorded
from kenpin.domain.ids import ImageId, id_of
from kenpin.projections.database import Sql
from kenpin.projections.projection import ReadModel, by_event
from kenpin.projections.table import DeclaredTable, PastByTrigger

SUGGESTION: Final = DeclaredTable(
    "suggestion",
    """
    dataset_id    text not null,
    suggestion_id text not null,
    version       bigint not null,
    policy        text not null,
    run_id        text,
    size          int not null,
    suggested_at  timestamptz not null,
    primary key (dataset_id, version)""",
    owner="dataset_id",
)
CANDIDATE: Final = DeclaredTable(
    "candidate",
    """
    dataset_id    text not null,
    suggestion_id text not null,
    suggested_in  bigint not null,
    image_id      text not null,
    rank          int not null,
    reason        text not null,
    score         double precision,
    control       boolean not null,
    outcome       text""",
    owner="dataset_id",
    past=PastByTrigger("dataset_id, suggestion_id, image_id, suggested_in"),
    after="""
create index if not exists candidate_open on candidate (dataset_id, rank) where outcome is null;
create index if not exists candidate_answered on candidate (dataset_id)
    where score is not null and outcome in ('OK', 'NG', 'HOLD');
create index if not exists candidate_of on candidate (dataset_id, image_id);""",
)


def project(batch: Sequence[Recorded], sql: Sql) -> None:
    dataset_id = id_of(batch[0].stream)
    waiting = _open_images(sql, dataset_id)
    for recorded in batch:
        match recorded.event:
            case CandidatesSuggested(candidates=candidates) as event:
                _close(sql, dataset_id, recorded.version, "superseded", waiting)
                _open(sql, dataset_id, recorded, event)
                waiting = {c.image_id for c in candidates}
            case AnnotationSubmitted(image_id=id, verdict=outcome) if id in waiting:
                _close(sql, dataset_id, recorded.version, outcome, {id})
            case CandidateDismissed(image_id=id) if id in waiting:
                _close(sql, dataset_id, recorded.version, "dismissed", {id})
            case ImageExcluded(image_id=id) if id in waiting:
                _close(sql, dataset_id, recorded.version, "excluded", {id})
            case ImageErased(image_id=id) if id in waiting:
                _close(sql, dataset_id, recorded.version, "erased", {id})
            case ChangeReverted(images=images):
                for back in images:
                    if back.standing.image_id in waiting and (why := _needs_no_look(back)):
                        _close(sql, dataset_id, recorded.version, why, {back.standing.image_id})


def _needs_no_look(back: PutBack) -> str | None:
    """Of an image that an undo excludes or gives its judgement back: what became of it."""
    judged, excluded = back.standing.judged, back.standing.excluded
    if isinstance(excluded, str):
        return "excluded"
    return judged.annotation.verdict if isinstance(judged, Judged) else None


def _open_images(sql: Sql, dataset_id: str) -> set[ImageId]:
    rows = sql.execute(
        "select image_id from candidate where dataset_id = %s and outcome is null", (dataset_id,)
    )
    return {row["image_id"] for row in rows}


def _open(sql: Sql, dataset_id: str, recorded: Recorded, event: CandidatesSuggested) -> None:
    sql.execute(
        "insert into suggestion values (%s, %s, %s, %s, %s, %s, %s)",
        (
            dataset_id,
            event.suggestion_id,
            recorded.version,
            event.policy,
            event.run_id,
            len(event.candidates),
            recorded.recorded_at,
        ),
    )
    sql.executemany(
        "insert into candidate values (%s, %s, %s, %s, %s, %s, %s, %s, null, %s)",
        [
            (
                dataset_id,
                event.suggestion_id,
                recorded.version,
                c.image_id,
                rank,
                c.reason,
                c.score,
                c.control,
                recorded.version,
            )
            for rank, c in enumerate(event.candidates, 1)
        ],
    )


def _close(sql: Sql, dataset_id: str, version: int, outcome: str, image_ids: set[ImageId]) -> None:
    sql.execute(
        """update candidate set outcome = %s, valid_from = %s
        where dataset_id = %s and outcome is null and image_id = any(%s)""",
        (outcome, version, dataset_id, list(image_ids)),
    )


suggestions = ReadModel("suggestions", "dataset", (SUGGESTION, CANDIDATE), by_event(project))
