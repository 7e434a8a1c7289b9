"""Databases: create missing schemas and tables, permanent or temporary."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kenpin.settings import Settings

if TYPE_CHECKING:
    from kenpin.adapters.postgres.connection import Login, PostgresDatabase


def prepare(database_url: str, login: Login | None = None) -> None:
    """Create the schema and the tables that are not there yet; needs the owner's rights."""
    from kenpin.adapters.postgres.connection import PostgresDatabase, create_schema, url_login
    from kenpin.read_models.catalogue import create_tables

    login = login or url_login
    create_schema(database_url, login)
    database = PostgresDatabase(database_url, login=login)
    try:
        create_tables(database)
    finally:
        database.close()


def migrate(settings: Settings) -> None:
    """Do `prepare` in an AWS account, as the owner, who has a token for a password."""
    from kenpin.adapters.aws.database_login import RDS_ROOTS, TokenLogin

    prepare(settings.database_url, TokenLogin(settings.database_url, RDS_ROOTS))


@contextmanager
def scratch(url: str) -> Iterator[PostgresDatabase | None]:
    """Yield an empty database for temporary rows, emptied again at the end; None when it holds data of Kenpin."""
    from kenpin.adapters.postgres.connection import PostgresDatabase, drop_schema, is_empty

    if not is_empty(url):
        yield None
        return
    try:
        prepare(url)
        database = PostgresDatabase(url)
        try:
            yield database
        finally:
            database.close()
    finally:
        drop_schema(url)
