"""Tables of read models, declared as data: their columns, whose rows they hold and how they keep the past."""

import hashlib
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

PAST_SUFFIX: Final = "_past"


class PastByTrigger(Struct, frozen=True):
    """The live table holds the present. A trigger copies a row to `<table>_past` before it changes.

    The table gets the columns `valid_from` and `valid_to`: versions of the row's own stream.
    """

    key: str
    """The columns that name a row."""


class PastByQuery(Struct, frozen=True):
    """The table is the past of another one, or of immutable rows: a query gives its rows as of a version.

    A trigger would copy whole rows of the gallery, which is large: its projection writes narrow ones. Rows of the
    timeline never change, so they need no copy.
    """

    rows: str
    """SQL with %(stream)s, %(id)s and %(version)s."""


Past = PastByTrigger | PastByQuery


class DeclaredTable(Struct, frozen=True):
    """One table: its layout, and what a comparison of rows needs to know of it."""

    name: str
    columns: str
    """The text between the brackets of `create table`."""
    owner: str = ""
    """The column that names the stream of a row; empty for notes, which belong to no stream."""
    owner_value: str = "%(id)s"
    """SQL for the value of that column, of %(stream)s or of its %(id)s."""
    past: Past | None = None
    """None: rows are shown as they stand."""
    after: str = ""
    """Statements after the table and that of its past are created: their indexes."""
    counted: str = "true"
    """The condition that a row says anything."""

    @property
    def names(self) -> tuple[str, ...]:
        """The table and the one of its past."""
        kept = isinstance(self.past, PastByTrigger)
        return (self.name, self.name + PAST_SUFFIX) if kept else (self.name,)

    @property
    def ddl(self) -> str:
        """Statements that create what is missing."""
        if not isinstance(self.past, PastByTrigger):
            return f"create table if not exists {self.name} ({self.columns});\n{self.after}"
        span = "valid_from bigint not null, valid_to bigint"
        past = f"{self.name}{PAST_SUFFIX}"
        return f"""
create table if not exists {self.name} ({self.columns}, {span}, primary key ({self.past.key}));
create table if not exists {past} (like {self.name});
create index if not exists {past}_by_key on {past} ({self.past.key}, valid_from);
{self.after}
create or replace trigger keep_past after update on {self.name} for each row
    when (new.valid_from > old.valid_from) execute function read_models.keep_past();
"""


def layout_of(tables: Iterable[DeclaredTable]) -> str:
    """Return a digest of the layout of these tables: it differs when any column, key or index does."""
    return hashlib.sha256("\0".join(table.ddl for table in tables).encode()).hexdigest()
