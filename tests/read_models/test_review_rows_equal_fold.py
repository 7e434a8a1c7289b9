"""The law of the read models for review and agreement: at any version the rows say what the events say."""

import uuid

import pytest
from hypothesis import HealthCheck, given, settings

from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.domain.dataset.commands import DatasetCommand
from kenpin.domain.dataset.events import AnnotationReviewed, DatasetEvent
from kenpin.domain.dataset.state import DatasetState
from kenpin.domain.event import Context
from kenpin.projections.database import Sql
from kenpin.read_models.agreement import queries as agreement_queries
from kenpin.read_models.catalogue import advance_stream, create_tables
from kenpin.read_models.reviews import queries as review_queries
from kenpin.read_models.reviews.queries import Waiting
from tests.read_models.worlds import TASKS, histories, play

ME = Context(actor="inspector")
"""The actor of all judgements, those put back too."""
slow_start = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def store(postgres_database: PostgresDatabase) -> PostgresEventStore:
    create_tables(postgres_database)
    return PostgresEventStore(postgres_database, "reviews")


@slow_start
@given(history=histories)
def test_the_rows_at_any_version_equal_the_fold(
    store: PostgresEventStore, postgres_database: PostgresDatabase, history: list[DatasetCommand]
) -> None:
    commits, states = play(history)
    id = uuid.uuid4().hex[:12]
    for events in commits:
        store.append(f"dataset-{id}", events, ME)
    advance_stream(f"dataset-{id}", store, postgres_database)
    told = [event for events in commits for event in events]
    with postgres_database.transaction() as sql:
        for version, state in enumerate(states):
            assert waiting(sql, id, version) == to_review(state)
            assert returned(sql, id, version) == came_back(state, told[:version])
            assert answers(sql, id, version) == answered(state)
        assert waiting(sql, id, None) == to_review(states[-1])
        assert returned(sql, id, None) == came_back(states[-1], told)
        assert answers(sql, id, None) == answered(states[-1])
        assert review_queries.counts(sql, id, ME.actor)["waiting"] == len(to_review(states[-1]))


def waiting(sql: Sql, id: str, version: int | None) -> set[str]:
    given = Waiting(author=ME.actor)
    rows = review_queries.page(sql, id, given, after=None, limit=100, as_of=version)
    assert [row["annotated_in"] for row in rows] == sorted(row["annotated_in"] for row in rows)
    assert (
        review_queries.page(sql, id, Waiting(not_author=ME.actor), after=None, limit=9, as_of=version) == []
    )
    return {row["image_id"] for row in rows}


def to_review(state: DatasetState) -> set[str]:
    images = state.images.items()
    return {id for id, i in images if i.annotation and i.review is None and i.excluded is None}


def returned(sql: Sql, id: str, version: int | None) -> dict[str, str]:
    rows = review_queries.returned(sql, id, ME.actor, after=None, limit=100, as_of=version)
    return {row["image_id"]: row["return_reason"] for row in rows}


def came_back(state: DatasetState, told: list[DatasetEvent]) -> dict[str, str]:
    said = {e.image_id: e.reason for e in told if isinstance(e, AnnotationReviewed)}
    images = state.images.items()
    return {id: said[id] for id, i in images if i.review == "returned" and i.excluded is None}


def answers(sql: Sql, id: str, version: int | None) -> dict[str, tuple[bool, dict[tuple[str, str], str]]]:
    tasks = agreement_queries.page(sql, id, before=None, limit=100, as_of=version)
    found = {}
    for task in tasks:
        rows = agreement_queries.answers(sql, id, task["task_id"], as_of=version)
        said = {(row["image_id"], row["person"]): row["verdict"] for row in rows}
        done = {each["person"]: each["done"] for each in task["progress"] if each["done"]}
        assert sum(done.values()) == len(said)
        found[task["task_id"]] = (task["closed"], said)
    return found


def answered(state: DatasetState) -> dict[str, tuple[bool, dict[tuple[str, str], str]]]:
    assert state.tasks.keys() <= set(TASKS)
    return {
        id: (task.is_closed, {place: verdict for place, (verdict, _) in task.answers.items()})
        for id, task in state.tasks.items()
    }
