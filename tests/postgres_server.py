"""One embedded PostgreSQL for all tests of a process, and a database of its own for a test that wants one."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from host.embedded_postgres import EmbeddedPostgres
from kenpin.adapters.postgres.connection import Database, create_schema
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.adapters.postgres.job_queue import PostgresJobQueue
from kenpin.bootstrap import prepare

EMPTY: Final = "template1"
"""What PostgreSQL copies a new database from."""


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
def new_database(postgres_url: str, template: str = EMPTY) -> Iterator[str]:
    """The address of a copy of the template that no one else uses, gone afterwards."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        copied = SQL("create database {} template {}").format(Identifier(name), Identifier(template))
        admin.execute(copied)
        yield address_of(postgres_url, name)
        admin.execute(SQL("drop database {} with (force)").format(Identifier(name)))


def address_of(postgres_url: str, database: str) -> str:
    """The address of another database of the same server."""
    return postgres_url.replace("/postgres?", f"/{database}?")


@pytest.fixture
def empty_database_url(postgres_url: str) -> Iterator[str]:
    """A database without any schema."""
    with new_database(postgres_url) as url:
        yield url


@pytest.fixture(scope="session")
def prepared_template(postgres_url: str) -> str:
    """The name of a database with Kenpin's schema. Nobody connects to it, so that it can be copied."""
    name = "prepared"
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(SQL("create database {}").format(Identifier(name)))
    prepare(address_of(postgres_url, name))
    return name


@pytest.fixture
def prepared_database_url(postgres_url: str, prepared_template: str) -> Iterator[str]:
    """A database as an installation has it when it starts for the first time."""
    with new_database(postgres_url, prepared_template) as url:
        yield url
