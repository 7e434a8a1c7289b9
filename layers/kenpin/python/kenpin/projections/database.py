"""The database as read models use it: a transaction that hands out a cursor."""

from contextlib import AbstractContextManager
from typing import Final, Protocol

from psycopg import Cursor
from psycopg.rows import DictRow as Row

__all__ = ["NOTES", "WRITER", "Database", "Row", "Sql"]

Sql = Cursor[Row]

NOTES: Final = "read_models"
"""The schema of what is not made from events: every layout of the rows shares it."""
WRITER: Final = "kenpin_app"
"""The role that owns the rows."""


class Database(Protocol):
    def transaction(self) -> AbstractContextManager[Sql]:
        """A cursor in a transaction that commits when the block ends and rolls back when it raises."""
        ...

    def reading(self) -> AbstractContextManager[Sql]:
        """A cursor for questions: each statement sees what is committed when it begins."""
        ...

    def close(self) -> None: ...
