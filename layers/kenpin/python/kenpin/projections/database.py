"""What read models ask of PostgreSQL: a transaction that hands out a cursor."""

import select
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, TypeVar

import psycopg
from psycopg import Cursor
from psycopg.abc import PQGen
from psycopg.rows import DictRow as Row
from psycopg.rows import TupleRow
from psycopg.waiting import Ready, Wait

__all__ = ["Connection", "Database", "Row", "Sql", "meanwhile"]

Sql = Cursor[Row]
T = TypeVar("T")


class Database(Protocol):
    def transaction(self) -> AbstractContextManager[Sql]:
        """A cursor in a transaction that commits when the block ends and rolls back when it raises."""
        ...

    def reading(self) -> AbstractContextManager[Sql]:
        """A cursor for questions: each statement sees what is committed when it begins."""
        ...

    def close(self) -> None: ...


Step = Callable[[], bool]
"""A tenth of a millisecond of work; False when there is none left. It raises nothing."""


class Connection(psycopg.Connection[TupleRow]):
    """Where there is something to do meanwhile, waiting for PostgreSQL is doing it. No thread could: it would have to
    be handed the interpreter each time that the server has a word to say.
    """

    meanwhile: Step | None = None

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        if self.meanwhile:
            gen = self._beside(gen, self.meanwhile)
        return super().wait(gen, interval, timeout)

    def _beside(self, gen: PQGen[T], step: Step) -> PQGen[T]:
        poll = select.poll()
        try:
            awaited = next(gen)
            while True:
                poll.register(self.fileno(), EVENTS[awaited])
                while not (ready := _ready(poll)) and step():
                    pass
                awaited = gen.send(ready or (yield awaited))
        except StopIteration as end:
            result: T = end.value
            return result


EVENTS = {Wait.R: select.POLLIN, Wait.W: select.POLLOUT, Wait.RW: select.POLLIN | select.POLLOUT}


def _ready(poll: select.poll) -> Ready:
    """What has come up, without waiting. A connection that broke counts as ready: reading it tells what is wrong."""
    events = sum(event for _, event in poll.poll(0))
    return Ready((Ready.R if events & ~select.POLLOUT else 0) | (Ready.W if events & select.POLLOUT else 0))


@contextmanager
def meanwhile(sql: Sql, step: Step) -> Iterator[None]:
    """Do this, step by step, whenever PostgreSQL is waited for in the block."""
    assert isinstance(sql.connection, Connection)
    sql.connection.meanwhile = step
    try:
        yield
    finally:
        sql.connection.meanwhile = None
