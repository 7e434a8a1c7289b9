"""One embedded PostgreSQL for all tests of a session, and a database of its own for a test that wants one."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import psycopg
import pytest

from host.embedded_postgres import EmbeddedPostgres
from kenpin.adapters.postgres.connection import Database, create_schema
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.adapters.postgres.job_queue import PostgresJobQueue

__all__ = [
    "empty_database_url",
    "postgres_database",
    "postgres_event_store",
    "postgres_job_queue",
    "postgres_url",
]


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that all tests share: use tenants, streams, jobs and schemas of your own."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server.url


@pytest.fixture(scope="session")
def postgres_database(postgres_url: str) -> Iterator[Database]:
    """As the running platform has it: the schema made, the application's role."""
    create_schema(postgres_url)
    database = Database(postgres_url)
    yield database
    database.close()


@pytest.fixture
def postgres_event_store(postgres_database: Database) -> PostgresEventStore:
    return PostgresEventStore(postgres_database, tenant=uuid.uuid4().hex[:12])


@pytest.fixture
def postgres_job_queue(postgres_url: str, postgres_database: Database) -> Callable[[float], PostgresJobQueue]:
    with psycopg.connect(postgres_url) as owner:
        owner.execute("truncate job_queue.jobs")
    return partial(PostgresJobQueue, postgres_database)


@contextmanager
def empty_database(postgres_url: str) -> Iterator[str]:
    """The address of a database that no one else uses, without any schema, gone afterwards."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(f"create database {name}")
        yield postgres_url.replace("/postgres?", f"/{name}?")
        admin.execute(f"drop database {name} with (force)")


@pytest.fixture
def empty_database_url(postgres_url: str) -> Iterator[str]:
    with empty_database(postgres_url) as url:
        yield url
