"""A list of read models: create their tables, bring them up to date, and find those that are behind."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from msgspec import Struct

from kenpin.domain.ids import category_of
from kenpin.ports import EventStore
from kenpin.projections.database import NOTES, WRITER, Database, Sql
from kenpin.projections.projection import CHECKPOINT, ReadModel, advance, checkpoint
from kenpin.projections.table import DeclaredTable, layout_of
from kenpin.projections.validity import TRIGGER

OWN: Final = f"set local role {WRITER}"
"""Tables belong to the role and not to a login, so that every login of the role may use them."""
READER_VERSION: Final = """
create or replace view reader_version as
    select projection as reader, stream, version from checkpoint
    union all select reader, stream, version from reader_checkpoint"""
"""The version that every reader of a stream has reached, with rows or without."""
OTHERS: Final = r"select nspname from pg_namespace where nspname ~ '^rows_[0-9a-f]{12}$' and nspname <> %s"
OF_BEFORE: Final = f"""
select tablename from pg_tables
where schemaname = '{NOTES}' and tablename <> 'reader_checkpoint' and tablename <> all(%s)"""
"""Rows of versions that kept them beside the notes."""


class LaggingRows(Struct, frozen=True):
    """Rows that are not at the head of their stream: behind it, or ahead of it when history lost commits."""

    model: ReadModel
    stream: str
    events: int
    """The events still to project; 0 for rows that are ahead."""


class ReadModelCatalogue(Struct):
    """The read models of a platform, and the notes, which are not made from events and outlive every layout."""

    models: tuple[ReadModel, ...]
    notes: tuple[DeclaredTable, ...] = ()

    @property
    def schema(self) -> str:
        """The schema of the rows: another one as soon as any table differs."""
        return f"rows_{layout_of(table for model in self.models for table in model.tables)[:12]}"

    def create_tables(self, database: Database) -> None:
        """Create what is missing. Several processes may do so at once. Rows of other layouts stay."""
        with _one_at_a_time(database) as sql:
            sql.execute(f"select {NOTES}.create_rows(%s)", (self.schema,))
            sql.execute(f"set local search_path = {NOTES}")
            for ddl in (TRIGGER, *(note.ddl for note in self.notes)):
                sql.execute(ddl)
            sql.execute(f"set local search_path = {self.schema}, {NOTES}")
            tables = [table.ddl for model in self.models for table in model.tables]
            for ddl in (CHECKPOINT, *tables, READER_VERSION):
                sql.execute(ddl)

    def drop_other_layouts(self, database: Database) -> list[str]:
        """Drop the rows that other code made; return the names of their schemas. Nobody may read them any more."""
        with _one_at_a_time(database) as sql:
            others = [row["nspname"] for row in sql.execute(OTHERS, (self.schema,)).fetchall()]
            for schema in others:
                sql.execute(f"drop schema {schema} cascade")
            notes = [name for note in self.notes for name in note.names]
            for row in sql.execute(OF_BEFORE, (notes,)).fetchall():
                sql.execute(f'drop table {NOTES}."{row["tablename"]}" cascade')
        return others

    def models_of(self, stream: str) -> list[ReadModel]:
        """Return the read models that the events of this stream change."""
        return [model for model in self.models if model.category in (None, category_of(stream))]

    def advance_stream(self, stream: str, store: EventStore, database: Database) -> int:
        """Bring every read model of this stream up to its head; return how many events that took."""
        return sum(advance(model, stream, store, database) for model in self.models_of(stream))

    def behind(self, store: EventStore, database: Database) -> Iterator[LaggingRows]:
        """Yield the rows that are not at their head.

        Beyond one look at each head and checkpoint, it costs what is behind. Checkpoints are read first: history
        that only grows is never behind them.
        """
        with database.reading() as sql:
            rows = sql.execute("select projection, stream, version, hash from checkpoint").fetchall()
        reached = {(row["projection"], row["stream"]): (row["version"], row["hash"]) for row in rows}
        for head in store.heads():
            for model in self.models_of(head.stream):
                version, hash = reached.pop((model.name, head.stream), (0, ""))
                if (version, hash) != (head.version, head.hash.hex()):
                    yield LaggingRows(model, head.stream, max(head.version - version, 0))
        lost = (
            (model, stream)
            for name, stream in reached
            for model in self.models_of(stream)
            if model.name == name
        )
        yield from (LaggingRows(model, stream, 0) for model, stream in lost)


@contextmanager
def _one_at_a_time(database: Database) -> Iterator[Sql]:
    with database.transaction() as sql:
        sql.execute("select pg_advisory_xact_lock(hashtext('kenpin read models'))")
        sql.execute(OWN)
        yield sql


def wait_for(
    database: Database,
    names: tuple[str, ...],
    stream: str,
    version: int,
    *,
    patience_s: float = 2.0,
    every_s: float = 0.005,
) -> bool:
    """Wait until the rows of all these show this version; False when they are still behind after `patience_s`."""
    deadline = time.monotonic() + patience_s
    while True:
        with database.reading() as sql:
            reached = min(checkpoint(sql, name, stream)[0] for name in names)
        if reached >= version:
            return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(every_s)
