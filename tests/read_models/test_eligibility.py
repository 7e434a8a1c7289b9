"""The rule of what a run learns from, held equal in Python, in SQL and in training."""

import uuid

import pytest
from hypothesis import HealthCheck, given, settings

from kenpin.adapters.memory.object_store import MemoryObjectStore
from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.application.request_run import labels_to_learn_from
from kenpin.domain.dataset.commands import DatasetCommand
from kenpin.domain.dataset.eligibility import (
    Use,
    counting_judgement,
    learnt_from,
    left_out_judgement,
    use_of,
    use_of_image,
)
from kenpin.domain.dataset.state import DatasetState
from kenpin.domain.event import Context
from kenpin.projections.database import Row, Sql
from kenpin.read_models.catalogue import advance_stream, create_tables
from kenpin.read_models.gallery.table import KEY
from kenpin.read_models.models import decisions
from kenpin_training.data import data_at
from tests.read_models.worlds import histories, play

ME = Context(actor="inspector")
USES: tuple[Use, ...] = ("train", "validation", "test", "pool")
slow_start = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def store(postgres_database: PostgresDatabase) -> PostgresEventStore:
    create_tables(postgres_database)
    return PostgresEventStore(postgres_database, "eligibility")


@slow_start
@given(history=histories)
def test_rule_sql_and_training_agree_at_every_version(
    store: PostgresEventStore, postgres_database: PostgresDatabase, history: list[DatasetCommand]
) -> None:
    commits, states = play(history)
    id = uuid.uuid4().hex[:12]
    ends = [store.append(f"dataset-{id}", events, ME) for events in commits]
    advance_stream(f"dataset-{id}", store, postgres_database)
    with postgres_database.transaction() as sql:
        for accepted_only in (False, True):
            assert used_now(sql, id, accepted_only) == judged_uses(states[-1], accepted_only)
            assert left_out_now(sql, id, accepted_only) == left_out(states[-1], accepted_only)
            for end in ends:
                state = states[end.version]
                labels = labels_to_learn_from(sql, id, end.version, accepted_only=accepted_only)
                assert (labels.ok, labels.ng) == labels_of(state, accepted_only)
                assert listed(sql, id, end.version, accepted_only) == judged_uses(state, accepted_only)
    last = ends[-1]
    for accepted_only in (False, True):
        data = data_at(store, MemoryObjectStore(), id, last.version, last.hash.hex(), accepted_only)
        used = {row.image_id: row.use for row in data.rows if row.use}
        assert used == uses(states[-1], accepted_only)


def test_a_returned_judgement_counts_for_nobody_and_an_unreviewed_one_only_where_one_person_decides() -> None:
    def use(review: str | None, accepted_only: bool) -> Use | None:
        return use_of(split=None, excluded=None, verdict="NG", review=review, accepted_only=accepted_only)

    assert [use(review, False) for review in (None, "accepted", "returned")] == ["train", "train", None]
    assert [use(review, True) for review in (None, "accepted", "returned")] == [None, "train", None]


def uses(state: DatasetState, accepted_only: bool) -> dict[str, Use]:
    return {id: found for id, image in state.images.items() if (found := use_of_image(image, accepted_only))}


def judged_uses(state: DatasetState, accepted_only: bool) -> dict[str, Use]:
    return {id: found for id, found in uses(state, accepted_only).items() if found != "pool"}


def left_out(state: DatasetState, accepted_only: bool) -> set[str]:
    return {
        id
        for id, image in state.images.items()
        if image.excluded is None
        and image.annotation
        and image.annotation.verdict in ("OK", "NG")
        and use_of_image(image, accepted_only) is None
    }


def labels_of(state: DatasetState, accepted_only: bool) -> tuple[int, int]:
    learnt = [id for id, found in uses(state, accepted_only).items() if found == "train"]
    verdicts = [annotation.verdict for id in learnt if (annotation := state.images[id].annotation)]
    return verdicts.count("OK"), verdicts.count("NG")


def used_now(sql: Sql, id: str, accepted_only: bool) -> dict[str, str]:
    rows = select(sql, id, counting_judgement("i", accepted_only))
    return {row["image_id"]: "train" if row["learnt_from"] else row["split"] for row in rows}


def left_out_now(sql: Sql, id: str, accepted_only: bool) -> set[str]:
    return {row["image_id"] for row in select(sql, id, left_out_judgement("i", accepted_only))}


def select(sql: Sql, id: str, condition: str) -> list[Row]:
    return sql.execute(
        f"""select image_id, split, {learnt_from("i")} as learnt_from from image i
        where i.dataset_key = {KEY} and {condition}""",
        {"dataset": id},
    ).fetchall()


def listed(sql: Sql, id: str, version: int, accepted_only: bool) -> dict[str, str]:
    rows = decisions.page(sql, id, version, None, accepted_only=accepted_only, after=0, limit=100)
    return {row["image_id"]: row["split"] or "train" for row in rows}
