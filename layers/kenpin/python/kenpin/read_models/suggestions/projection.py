"""Suggestions: which images are worth a person's look, why, and what became of each."""

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
from kenpin.projections.database import Row, Sql
from kenpin.projections.projection import ReadModel, by_event
from kenpin.projections.table import DeclaredTable, PastInPlace
from kenpin.projections.validity import Moment, valid

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
    image_id      text not null,
    rank          int not null,
    reason        text not null,
    score         double precision,
    control       boolean not null,
    valid_from    bigint not null,
    valid_to      bigint,
    outcome       text,
    primary key (dataset_id, suggestion_id, image_id, valid_from)""",
    owner="dataset_id",
    past=PastInPlace(("outcome",)),
    after="""
create index if not exists candidate_open on candidate (dataset_id, rank) where valid_to is null;
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
        "select image_id from candidate where dataset_id = %s and valid_to is null", (dataset_id,)
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
        "insert into candidate values (%s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (
                dataset_id,
                event.suggestion_id,
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
        """update candidate set valid_to = %s, outcome = %s
        where dataset_id = %s and valid_to is null and image_id = any(%s)""",
        (version, outcome, dataset_id, list(image_ids)),
    )


def latest(sql: Sql, dataset_id: str, as_of: int | None = None) -> Row | None:
    """The current suggestion, or that of then, with the number of candidates still open."""
    return sql.execute(
        f"""select suggestion_id, policy, run_id, size, version, suggested_at,
            (select count(*) from candidate c where c.dataset_id = s.dataset_id
                and c.suggestion_id = s.suggestion_id and {open_then("c", as_of)}) as open
        from suggestion s where dataset_id = %(dataset)s and (%(as_of)s::bigint is null or version <= %(as_of)s)
        order by version desc limit 1""",
        {"dataset": dataset_id, "as_of": as_of},
    ).fetchone()


def open_then(alias: str, as_of: Moment, version: str = "%(as_of)s") -> str:
    """The condition that a candidate waited for a look."""
    return f"{alias}.valid_to is null" if as_of is None else valid(alias, as_of, version)


def current(dataset: str, version: str = "%(as_of)s") -> str:
    """SQL for the suggestion of a dataset that was current then: its candidates are found by their key."""
    return f"""(select s.suggestion_id from suggestion s where s.dataset_id = {dataset}
        and s.version <= {version} order by s.version desc limit 1)"""


suggestions = ReadModel("suggestions", "dataset", (SUGGESTION, CANDIDATE), by_event(project))
