"""A list of read models: create their tables, bring them up to date, and find those that are behind."""

import time
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from kenpin.domain.ids import category_of
from kenpin.ports import EventStore
from kenpin.projections.database import Database, Sql
from kenpin.projections.projection import CHECKPOINT, ReadModel, advance, checkpoint
from kenpin.projections.table import DeclaredTable, layout_of
from kenpin.projections.validity import TRIGGER

LAYOUT: Final = """
create table if not exists read_model_layout (
    model  text primary key,
    digest text not null,
    tables text[] not null
)"""
"""The layout of each read model's tables as they were created."""
NOT_OF_EVENTS: Final = ("checkpoint", "reader_checkpoint", "read_model_layout")
"""Tables of the machinery."""


class LaggingRows(Struct, frozen=True):
    """Rows that are not at the head of their stream: behind it, or ahead of it when history lost commits."""

    model: ReadModel
    stream: str
    events: int
    """The events still to project; 0 for rows that are ahead."""


class CreatedLayout(Struct, frozen=True):
    """The layout that the tables of a read model were created with."""

    model: str
    digest: str
    tables: list[str]


class ReadModelCatalogue(Struct):
    """The read models of a platform, and the notes that lie in the same schema but are not made from events."""

    models: tuple[ReadModel, ...]
    notes: tuple[DeclaredTable, ...] = ()

    def create_tables(self, database: Database) -> None:
        """Create what is missing. Several processes may do so at once.

        A read model whose layout has changed loses its tables and checkpoints: the projector makes them anew.
        """
        with database.transaction() as sql:
            sql.execute("select pg_advisory_xact_lock(hashtext('kenpin read models'))")
            for ddl in (CHECKPOINT, TRIGGER, *(note.ddl for note in self.notes)):
                sql.execute(ddl)
            self._drop_other_layouts(sql)
            for model in self.models:
                _create(model, sql)

    def _drop_other_layouts(self, sql: Sql) -> None:
        layouts = {model.name: layout_of(model.tables) for model in self.models}
        for row in self._remembered(sql):
            if layouts.get(row.model) != row.digest:
                _drop(row, sql)

    def _remembered(self, sql: Sql) -> list[CreatedLayout]:
        """Return the layouts of the tables that are there; of a platform that remembered none, all in one."""
        if _has(sql, "read_model_layout"):
            rows = sql.execute("select model, digest, tables from read_model_layout").fetchall()
            return [CreatedLayout(**row) for row in rows]
        sql.execute(LAYOUT)
        notes = [name for note in self.notes for name in note.names]
        found = sql.execute(
            "select tablename from pg_tables where schemaname = current_schema() and tablename <> all(%s)",
            ([*NOT_OF_EVENTS, *notes],),
        ).fetchall()
        tables = [row["tablename"] for row in found]
        return [CreatedLayout(model.name, "", tables) for model in self.models] if tables else []

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


def _has(sql: Sql, table: str) -> bool:
    row = sql.execute("select to_regclass(%s) is not null as there", (table,)).fetchone()
    return bool(row and row["there"])


def _drop(layout: CreatedLayout, sql: Sql) -> None:
    """Checkpoints go first: projectors that hold one finish before the tables go."""
    sql.execute("delete from checkpoint where projection = %s", (layout.model,))
    sql.execute("delete from read_model_layout where model = %s", (layout.model,))
    for table in layout.tables:
        sql.execute(f'drop table if exists "{table}"')


def _create(model: ReadModel, sql: Sql) -> None:
    for table in model.tables:
        sql.execute(table.ddl)
    names = [name for table in model.tables for name in table.names]
    sql.execute(
        "insert into read_model_layout values (%s, %s, %s) on conflict do nothing",
        (model.name, layout_of(model.tables), names),
    )


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
