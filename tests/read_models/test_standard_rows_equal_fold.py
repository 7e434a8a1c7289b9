"""The law for the label standard: the fold of the events up to any version equals the rows at that version."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec import to_builtins

from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.domain.dataset.commands import DatasetCommand
from kenpin.domain.dataset.events import (
    AnnotationSubmitted,
    AnnotationWithdrawn,
    ChangeReverted,
    DatasetEvent,
    ImageErased,
    ImageExcluded,
    ReadjudicationRequested,
    Standing,
)
from kenpin.domain.event import Context
from kenpin.domain.project.decider import project
from kenpin.domain.project.events import ProjectEvent
from kenpin.domain.project.state import ProjectState
from kenpin.read_models.catalogue import advance_stream, create_tables
from kenpin.read_models.label_book import queries as label_book_queries
from kenpin.read_models.readjudications import queries as readjudication_queries
from tests.domain import command_strategies
from tests.domain.histories import histories as project_histories
from tests.read_models.worlds import histories, play

ME = Context(actor="inspector")
TODAY = datetime(2026, 1, 1, tzinfo=UTC)
slow_start = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def store(postgres_database: PostgresDatabase) -> PostgresEventStore:
    create_tables(postgres_database)
    return PostgresEventStore(postgres_database, "rows")


@slow_start
@given(history=project_histories(project, [*command_strategies.PROJECT_COMMANDS]))
def test_the_label_book_at_any_version_is_the_fold(
    store: PostgresEventStore, postgres_database: PostgresDatabase, history: list[ProjectEvent]
) -> None:
    id = uuid.uuid4().hex[:12]
    for event in history:
        store.append(f"project-{id}", [event], ME)
    advance_stream(f"project-{id}", store, postgres_database)
    state = project.initial
    with postgres_database.transaction() as sql:
        for version in range(len(history) + 1):
            state = project.fold(history[version - 1 : version] if version else [], state)
            book = label_book_queries.book(sql, id, version)
            assert (book["revision"], book["rules"]) == (state.label_book_revision, state.rules)
            assert {row["class_id"]: class_shown(row) for row in book["classes"]} == classes_of(state)
            samples = label_book_queries.samples(sql, id, version, TODAY)
            assert {row["sample_id"]: sample_shown(row) for row in samples} == samples_of(state)


def class_shown(row: dict[str, object]) -> tuple[object, ...]:
    return tuple(row[f] for f in ("name", "key", "description", "rule", "examples", "retired"))


def classes_of(state: ProjectState) -> dict[str, tuple[object, ...]]:
    return {
        id: (c.name, c.key, c.description, to_builtins(c.rule), to_builtins(list(c.examples)), state.retired.get(id))
        for id, c in state.classes.items()
    }  # fmt: skip


def sample_shown(row: dict[str, object]) -> tuple[object, ...]:
    until = row["valid_until"]
    shown = tuple(row[f] for f in ("image_id", "class_id", "side", "withdrawn"))
    return (*shown, None if until is None else str(until))


def samples_of(state: ProjectState) -> dict[str, tuple[object, ...]]:
    return {
        id: (s.image_id, s.class_id, s.side, state.withdrawn.get(id), s.valid_until)
        for id, s in state.samples.items()
    }


Open = dict[tuple[str, str], tuple[object, ...]]
"""(request, image) → the decision in question"""


@slow_start
@given(history=histories)
def test_the_open_items_at_any_version_are_the_fold(
    store: PostgresEventStore, postgres_database: PostgresDatabase, history: list[DatasetCommand]
) -> None:
    commits, _ = play(history)
    id = uuid.uuid4().hex[:12]
    for events in commits:
        store.append(f"dataset-{id}", events, ME)
    advance_stream(f"dataset-{id}", store, postgres_database)
    with postgres_database.transaction() as sql:
        for version, expected in enumerate(folded(event for events in commits for event in events), 1):
            shown: Open = {
                (queue["readjudication_id"], item["image_id"]): (item["old_verdict"], tuple(item["old_classes"]))
                for queue in readjudication_queries.page(sql, id, version, None, 100)
                for item in readjudication_queries.items(
                    sql, id, queue["readjudication_id"], "open", version, 0, 100
                )
            }  # fmt: skip
            assert shown == expected


def folded(events: Iterable[DatasetEvent]) -> Iterable[Open]:
    """Return the open items after each event, computed in the plainest way."""
    requests: dict[str, ReadjudicationRequested] = {}
    open_: Open = {}
    for event in events:
        match event:
            case ReadjudicationRequested(readjudication_id=new) if new not in requests:
                same = {r for r, e in requests.items() if gives_way(e, to=event)}
                open_ = {key: said for key, said in open_.items() if key[0] not in same}
                requests[new] = event
                open_ |= {(new, i.image_id): (i.verdict, i.class_ids) for i in event.items}
            case AnnotationSubmitted(image_id=image, label_book_revision=revision):
                answered = {r for r, e in requests.items() if e.label_book_revision <= revision}
                open_ = {k: said for k, said in open_.items() if k[1] != image or k[0] not in answered}
            case (
                AnnotationWithdrawn(image_id=image)
                | ImageExcluded(image_id=image)
                | ImageErased(image_id=image)
            ):
                open_ = {key: said for key, said in open_.items() if key[1] != image}
            case ChangeReverted(images=images):
                gone = {b.standing.image_id for b in images if takes_away(b.standing)}
                open_ = {key: said for key, said in open_.items() if key[1] not in gone}
        yield dict(open_)


def takes_away(standing: Standing) -> bool:
    return standing.judged is None or isinstance(standing.excluded, str)


def gives_way(event: ReadjudicationRequested, to: ReadjudicationRequested) -> bool:
    same_sample = event.sample_id == to.sample_id or to.cause.what == "class_retired"
    return event.class_id == to.class_id and same_sample
