"""Connections to PostgreSQL: pooled, of the application's role, and healing when the server comes back."""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
from psycopg import Cursor
from psycopg.rows import DictRow, TupleRow, dict_row
from psycopg_pool import ConnectionPool

from kenpin.ports import Unavailable

Connection = psycopg.Connection[TupleRow]

APPLICATION: Final = "kenpin_app"
"""May append events and read them; may not change or delete one."""
SCHEMA: Final = ("roles", "event_store", "job_queue", "checkpoints")


def create_schema(url: str) -> None:
    """Create what is not there yet, as the owner. Processes that start together take turns."""
    with _unavailable(), psycopg.connect(url) as connection:
        connection.execute("set client_min_messages = warning")
        connection.execute("select pg_advisory_xact_lock(hashtext('kenpin schema'))")
        for name in SCHEMA:
            connection.execute(Path(__file__).with_name(f"{name}.sql").read_bytes())


class Database:
    """A pool of connections that opens when it is first used; a process has one and closes it at its end."""

    def __init__(self, url: str, size: int = 4) -> None:
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            url,
            kwargs={"autocommit": True},
            configure=_work_as_application,
            check=_alive,
            min_size=0,
            max_size=size,
            open=False,
            timeout=5,
            reconnect_timeout=1,
        )

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """In autocommit: a statement alone is a transaction. Raises Unavailable."""
        self._pool.open()
        with _unavailable(), self._pool.connection() as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Cursor[DictRow]]:
        """A cursor in a transaction that commits when the block ends and rolls back when it raises."""
        with self.connection() as connection, connection.transaction():
            yield connection.cursor(row_factory=dict_row)

    def close(self) -> None:
        self._pool.close()


def _work_as_application(connection: Connection) -> None:
    """Not by connection options: RDS Proxy takes none."""
    connection.execute(f"set role {APPLICATION}; set search_path = read_models")


def _alive(connection: Connection) -> None:
    """An idle server has nothing to say: what can be read is its goodbye. Costs no round trip."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        raise psycopg.OperationalError("the server closed the connection")


@contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except psycopg.OperationalError as error:
        raise Unavailable(f"PostgreSQL does not answer: {error}") from error
