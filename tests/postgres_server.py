"""One embedded PostgreSQL for all tests of a process, and a database of its own for a test that wants one."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from host.embedded_postgres import EmbeddedPostgres
from kenpin.adapters.postgres.connection import PostgresDatabase, create_schema
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.adapters.postgres.job_queue import PostgresJobQueue
from kenpin.bootstrap import prepare

EMPTY: Final = "template1"
"""The template of new databases."""
COLUMNS: Final = """
select attrelid::regclass::text, attname::text, attnum
from pg_attribute join pg_class on pg_class.oid = attrelid
where relnamespace::regnamespace::text not in ('pg_catalog', 'pg_toast', 'information_schema') and attnum > 0
order by 1, 3"""
END_OTHERS: Final = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()"""
EMPTY_TABLES: Final = """
do $$ declare kept record; begin
  set local session_replication_role = replica;  -- commits are append-only by a trigger
  for kept in
    select schemaname, tablename from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')
  loop
    execute format('delete from %I.%I', kept.schemaname, kept.tablename);
  end loop;
end $$"""
RESTART_SEQUENCES: Final = """
select setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) from pg_sequences"""


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that all tests share: use tenants, streams, jobs and schemas of your own.

    Nobody kills it, so no commit waits for the disk. It takes statistics only when a test tells it to, so that no
    plan depends on the minute. The launcher of autovacuum stays: leases of jobs are counted from its start.
    """
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres")) as server:
        with psycopg.connect(server.url, autocommit=True) as admin:
            admin.execute("alter role all set synchronous_commit = off")
            admin.execute("alter system set autovacuum_naptime = '1d'")
            admin.execute("select pg_reload_conf()")
        yield server.url


@pytest.fixture(scope="session")
def postgres_database(postgres_url: str) -> Iterator[PostgresDatabase]:
    """As the running platform has it: the schema made, the application's role."""
    create_schema(postgres_url)
    database = PostgresDatabase(postgres_url)
    yield database
    database.close()


@pytest.fixture
def postgres_event_store(postgres_database: PostgresDatabase) -> PostgresEventStore:
    return PostgresEventStore(postgres_database, tenant=uuid.uuid4().hex[:12])


@pytest.fixture
def postgres_job_queue(
    postgres_url: str, postgres_database: PostgresDatabase
) -> Callable[[float], PostgresJobQueue]:
    with psycopg.connect(postgres_url) as owner:
        owner.execute("truncate job_queue.jobs")
    return partial(PostgresJobQueue, postgres_database)


def create_database(postgres_url: str, template: str) -> str:
    """The address of a copy of the template that no one else uses."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(SQL("create database {} template {}").format(Identifier(name), Identifier(template)))
    return address_of(postgres_url, name)


@contextmanager
def new_database(postgres_url: str, template: str = EMPTY) -> Iterator[str]:
    """The same, gone afterwards."""
    url = create_database(postgres_url, template)
    yield url
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(SQL("drop database {} with (force)").format(Identifier(name_of(url))))


def name_of(url: str) -> str:
    """The name of the database at this address."""
    return urlsplit(url).path.removeprefix("/")


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


class ReusedDatabase:
    """A prepared database that is emptied for each test: to make one takes fifty times as long."""

    def __init__(self, postgres_url: str, template: str) -> None:
        self._postgres_url, self._template = postgres_url, template
        self._make()

    def _make(self) -> None:
        self.url = create_database(self._postgres_url, self._template)
        with psycopg.connect(self.url) as owner:
            self._columns = columns_of(owner)

    def empty(self) -> None:
        """As it was made. It is made anew when a test has changed its tables."""
        with psycopg.connect(self.url, autocommit=True) as owner:
            owner.execute(END_OTHERS)
            if is_as_made := columns_of(owner) == self._columns:
                owner.execute(EMPTY_TABLES)
                owner.execute(RESTART_SEQUENCES)
        if not is_as_made:
            self._make()


def columns_of(connection: psycopg.Connection) -> list[tuple[str, str, int]]:
    """Every column of every table, index, sequence and view of Kenpin's: where it is, its name and its place."""
    return connection.execute(COLUMNS).fetchall()


@pytest.fixture(scope="session")
def reused_database(postgres_url: str, prepared_template: str) -> ReusedDatabase:
    return ReusedDatabase(postgres_url, prepared_template)


@pytest.fixture
def prepared_database_url(reused_database: ReusedDatabase) -> str:
    """A database as an installation has it when it starts for the first time."""
    reused_database.empty()
    return reused_database.url
