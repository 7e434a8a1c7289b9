"""Every row there is, in order, and what the rows would be had one projector read each stream once."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.bootstrap import prepare
from kenpin.ports import EventStore
from kenpin.read_models.catalogue import READ_MODELS, advance_stream
from kenpin.read_models.layout import ROWS

Rows = dict[str, list[str]]
"""Table → its rows as text."""

TABLES = f"select tablename from pg_tables where schemaname = '{ROWS}' order by 1"
"""Tables that projections write, and their checkpoints."""
PATH = f"-c search_path={ROWS},read_models"
SAYS_SOMETHING = {"checkpoint": "version <> 0"} | {
    table.name: table.counted for model in READ_MODELS for table in model.tables
}
"""A checkpoint at 0 is the lock of a stream rung for before its first event."""


def dump(url: str) -> Rows:
    """All rows of all read models, ordered, so that equal rows make equal dumps."""
    with psycopg.connect(url, options=PATH) as connection:
        return {name: _rows(connection, name) for (name,) in connection.execute(TABLES).fetchall()}


def _rows(connection: psycopg.Connection, table: str) -> list[str]:
    which = sql.SQL(SAYS_SOMETHING.get(table, "true"))
    query = sql.SQL("select t::text from {} t where {} order by 1").format(sql.Identifier(table), which)
    return [text for (text,) in connection.execute(query)]


def forget(url: str) -> None:
    """As before the first event."""
    with psycopg.connect(url, options=PATH) as connection:
        tables = [sql.Identifier(name) for (name,) in connection.execute(TABLES)]
        connection.execute(
            sql.SQL("truncate reader_checkpoint, parked, {}").format(sql.SQL(", ").join(tables))
        )


@contextmanager
def databases(server: str, *names: str) -> Iterator[list[str]]:
    """Databases of one's own with every table made; their addresses."""
    with psycopg.connect(server, autocommit=True) as admin:
        for name in names:
            admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        urls = [server.replace("/postgres?", f"/{name}?") for name in names]
        for url in urls:
            prepare(url)
        yield urls
        for name in names:
            admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def straight(store: EventStore, url: str) -> Rows:
    """The rows when every stream is projected once, in order, with nothing else going on."""
    forget(url)
    database = PostgresDatabase(url)
    for head in list(store.heads()):
        advance_stream(head.stream, store, database)
    database.close()
    return dump(url)
