"""One embedded PostgreSQL for all tests of a session, and a database of its own for a test that wants one."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from host.embedded_postgres import EmbeddedPostgres


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that all tests share: use streams, jobs and schemas of your own."""
    folder: Path = tmp_path_factory.mktemp("postgres")
    with EmbeddedPostgres(folder) as server:
        yield server.url


@pytest.fixture
def empty_database_url(postgres_url: str) -> Iterator[str]:
    """A database that no one else uses, gone after the test."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(f"create database {name}")
        yield postgres_url.replace("/postgres?", f"/{name}?")
        admin.execute(f"drop database {name} with (force)")
