"""The roles of PostgreSQL: who reads cannot write, and training appends only what it has to say."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pytest
from psycopg.errors import InsufficientPrivilege

from bench.history import history
from kenpin.adapters.postgres.connection import PostgresDatabase, acting_as
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.adapters.postgres.job_queue import PostgresJobQueue
from kenpin.domain.event import Context
from kenpin.domain.job import DIED_SILENTLY, MAX_ATTEMPTS
from kenpin.domain.project.events import ProjectCreated
from kenpin.ports import QueueDepth
from kenpin.read_models.catalogue import READ_MODELS, advance_stream
from tests.contracts.jobs import job, taken

ME, STREAM = Context(actor="me"), "dataset-line-1"
TABLES: Final = sorted(name for model in READ_MODELS for table in model.tables for name in table.names)
NOTES: Final = (
    "parked",
    "rejected_arrival",
    "intake_event",
    "token_use",
    "image_claim",
    "reader_checkpoint",
    "identity.person",
)


@pytest.fixture
def database(prepared_database_url: str) -> Iterator[PostgresDatabase]:
    database = PostgresDatabase(prepared_database_url)
    store = PostgresEventStore(database)
    store.append(STREAM, history(20), ME)
    advance_stream(STREAM, store, database)
    yield database
    database.close()


@pytest.fixture
def reader(prepared_database_url: str, database: PostgresDatabase) -> Iterator[PostgresDatabase]:
    reader = PostgresDatabase(prepared_database_url, role="reader")
    yield reader
    reader.close()


@pytest.fixture
def trainer(prepared_database_url: str, database: PostgresDatabase) -> Iterator[PostgresDatabase]:
    trainer = PostgresDatabase(prepared_database_url, role="trainer")
    yield trainer
    trainer.close()


def refused(database: PostgresDatabase, statement: str) -> None:
    with pytest.raises(InsufficientPrivilege), database.transaction() as sql:
        sql.execute(statement)


@pytest.mark.parametrize("table", [*TABLES, *NOTES, "checkpoint"])
def test_a_reader_sees_every_table_and_changes_none(reader: PostgresDatabase, table: str) -> None:
    with reader.reading() as sql:
        sql.execute(f"select count(*) from {table}")
    refused(reader, f"delete from {table}")
    refused(reader, f"insert into {table} default values")


def test_a_reader_reads_history_and_appends_nothing(reader: PostgresDatabase) -> None:
    store = PostgresEventStore(reader)
    assert [head.stream for head in store.heads()] == [STREAM]
    assert list(store.read(STREAM))
    with pytest.raises(InsufficientPrivilege):
        store.append(STREAM, history(1), ME)


def test_a_reader_sees_names_and_nothing_that_signs_in(reader: PostgresDatabase) -> None:
    for table in ("account", "session", "invitation", "refresh_token"):
        refused(reader, f"select count(*) from identity.{table}")


def test_a_reader_counts_a_job_as_dead_that_nobody_has_buried(
    database: PostgresDatabase, reader: PostgresDatabase
) -> None:
    queue, seen = PostgresJobQueue(database, 0), PostgresJobQueue(reader)
    queue.send(job())
    for _ in range(MAX_ATTEMPTS):
        taken(queue, visibility_s=0)
    assert seen.depth() == QueueDepth(0, 0, 1)
    assert [(dead.attempts, dead.reason) for dead in seen.dead()] == [(MAX_ATTEMPTS, DIED_SILENTLY)]
    with pytest.raises(InsufficientPrivilege):
        seen.redrive("run-a@1")
    assert queue.redrive("run-a@1")


def test_a_role_holds_for_a_block_and_no_other_thread(database: PostgresDatabase) -> None:
    def role() -> str:
        with database.reading() as sql:
            row = sql.execute("select current_user as name").fetchone()
        assert row is not None
        return str(row["name"])

    with acting_as("reader"), ThreadPoolExecutor(1) as other:
        assert role() == "kenpin_reader"
        assert other.submit(role).result() == "kenpin_app"
    assert role() == "kenpin_app"


def test_training_works_on_jobs_and_reports_to_runs_datasets_and_models(
    trainer: PostgresDatabase,
) -> None:
    queue, store = PostgresJobQueue(trainer), PostgresEventStore(trainer)
    queue.send(job())
    queue.done(taken(queue))
    for stream in ("run-r1", "model-r1", STREAM):
        store.append(stream, history(1), ME)


@pytest.mark.parametrize("stream", ["project-p", "member-aya", "x-run-r1", "x-model-m"])
def test_training_appends_to_no_other_stream(trainer: PostgresDatabase, stream: str) -> None:
    with pytest.raises(InsufficientPrivilege, match="training may not append"):
        PostgresEventStore(trainer).append(stream, [ProjectCreated(project_id="p", name="P")], ME)


def test_training_writes_no_rows_and_restores_no_history(trainer: PostgresDatabase) -> None:
    refused(trainer, "delete from image")
    refused(trainer, "delete from event_store.commits")
    refused(trainer, "select event_store.restore('a', 'run-r', 0, '{}', '{}', '{}', '{}', '{}', '{}')")
