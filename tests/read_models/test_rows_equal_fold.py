"""The law of the read models: the fold of the events up to any version equals the rows at that version."""

import uuid
from typing import cast

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kenpin.adapters.memory.event_store import MemoryEventStore
from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.domain.catalogue import events_in
from kenpin.domain.dataset.commands import DatasetCommand, SuggestCandidates
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import GUARDED, DatasetEvent, images_of
from kenpin.domain.dataset.groups import group_of_image
from kenpin.domain.dataset.state import DatasetState
from kenpin.domain.dataset.values import Candidate
from kenpin.domain.event import Context
from kenpin.projections.database import Row
from kenpin.projections.projection import advance
from kenpin.read_models.catalogue import READ_MODELS, advance_stream, create_tables
from kenpin.read_models.datasets.state import state_of
from kenpin.read_models.gallery import queries as gallery_queries
from kenpin.read_models.gallery.queries import Filter
from kenpin.read_models.gallery.table import key_of
from tests.read_models.worlds import IMAGES, TASKS, histories, play

ME = Context(actor="inspector")
MODELS = {m.name: m for m in READ_MODELS if m.name in ("datasets", "gallery", "suggestions", "agreement")}
"""Read models that decisions are made on."""
slow_start = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def store(postgres_database: PostgresDatabase) -> PostgresEventStore:
    create_tables(postgres_database)
    return PostgresEventStore(postgres_database, "rows")


def told(store: PostgresEventStore, history: list[DatasetCommand]) -> tuple[str, list[DatasetState]]:
    """A new stream with this history in it, and the state at every version."""
    commits, states = play(history)
    id = uuid.uuid4().hex[:12]
    for events in commits:
        ids = {id for event in events if isinstance(event, GUARDED) for id in images_of(event)}
        stream = f"dataset-{id}"
        store.append(stream, events, ME, entities=store.revisions(stream, list(ids)))
    return id, states


@slow_start
@given(history=histories)
def test_the_fold_up_to_any_version_equals_the_rows_at_it(
    store: PostgresEventStore, postgres_database: PostgresDatabase, history: list[DatasetCommand]
) -> None:
    id, states = told(store, history)
    advance_stream(f"dataset-{id}", store, postgres_database)
    with postgres_database.transaction() as sql:
        for version, state in enumerate(states):
            every = [
                row
                for excluded in (False, True)
                for row in gallery_queries.page(
                    sql, id, Filter(excluded=excluded), after=None, limit=100, as_of=version
                )
            ]
            assert {row["image_id"]: shown(row) for row in every} == expected(state)
        live = {
            r["image_id"]
            for r in gallery_queries.page(sql, id, Filter(suggested=True), after=None, limit=100)
        }
        assert live == {i for i in states[-1].candidates if states[-1].images[i].excluded is None}


@slow_start
@given(history=histories)
def test_the_rows_and_a_restored_store_give_an_image_the_same_revision(
    store: PostgresEventStore, postgres_database: PostgresDatabase, history: list[DatasetCommand]
) -> None:
    id, _ = told(store, history)
    advance_stream(f"dataset-{id}", store, postgres_database)
    elsewhere = MemoryEventStore(store.tenant)
    elsewhere.restore(f"dataset-{id}", store.read(f"dataset-{id}"))
    with postgres_database.transaction() as sql:
        select = f"select image_id, revision from image where dataset_key = {key_of('%s')}"
        rows = {row["image_id"]: row["revision"] for row in sql.execute(select, (id,))}
    assert rows == elsewhere.revisions(f"dataset-{id}", list(rows))
    assert rows == store.revisions(f"dataset-{id}", list(rows))


def shown(row: Row) -> tuple[object, ...]:
    annotation = row["annotation"] or {}
    suggested = row["rank"] is not None
    return (row["ordinal"], row["split"], row["excluded"], row["verdict"], annotation.get("reason", ""),
            len(annotation.get("defects", [])), row["review"], row["capture"].get("product"), suggested,
            row["group"])  # fmt: skip


def expected(state: DatasetState) -> dict[str, tuple[object, ...]]:
    return {
        id: (i.ordinal, i.split, i.excluded, i.annotation and i.annotation.verdict,
             i.annotation.reason if i.annotation else "", len(i.annotation.defects) if i.annotation else 0,
             i.review, i.capture.product, id in state.candidates,
             group_of_image(i, state.grouping))
        for id, i in state.images.items()
    }  # fmt: skip


TWICE = SuggestCandidates(suggestion_id="s1", policy="hybrid", candidates=(Candidate(IMAGES[0], "diverse"),))
"""A job that was delivered twice, to two workers at once."""


@slow_start
@example(history=[TWICE, TWICE], how_far=[0, 0, 2, 0])
@given(history=histories, how_far=st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_rows_and_the_tail_make_the_state_to_decide_on(
    store: PostgresEventStore,
    postgres_database: PostgresDatabase,
    history: list[DatasetCommand],
    how_far: list[int],
) -> None:
    """However far each projection has come, the state for a decision is that of the whole fold."""
    id, states = told(store, [])
    stream = f"dataset-{id}"
    for model, far in zip(MODELS, how_far, strict=True):
        if far:
            advance(MODELS[model], stream, store, postgres_database)
    commits, states = play(history)
    for events in commits[2:]:
        store.append(stream, events, ME)
    for model, far in zip(MODELS, how_far, strict=True):
        if far > 1:
            advance(MODELS[model], stream, store, postgres_database)
    start, _ = state_of(postgres_database, id, IMAGES, TASKS)
    tail = [e for commit in store.read(stream, after=start.version) for e in events_in(commit)]
    assert dataset.fold(cast("list[DatasetEvent]", tail), start) == states[-1]
