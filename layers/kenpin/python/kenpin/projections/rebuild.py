"""Rebuild: make the rows of a read model beside the served ones, and swap them in one transaction.

The new tables grow in a schema of their own, with checkpoints of their own, while projectors continue with the old
ones. After an interruption the next call continues from those checkpoints; the swap is done or not begun. A reader
waits LOCK_MS at most while the tables are swapped, because the swap gives up first.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from psycopg.errors import LockNotAvailable

from kenpin import __version__
from kenpin.ports import EventStore
from kenpin.projections.database import WRITER, Database, Sql
from kenpin.projections.projection import CHECKPOINT, ReadModel, advance
from kenpin.projections.table import layout_of

NEXT: Final = "read_models_next"
LOCK_MS: Final = 300
"""Under PostgreSQL's deadlock_timeout (1 s): where a reader and the swap wait for each other, the swap gives up."""
SMALL: Final = 2_000
"""Events that are caught up with while projectors wait for the swap: some hundredths of a second."""
PAUSE_S: Final = 0.1

BUILDING: Final = "create table if not exists building (model text not null, made_by text not null)"
TABLES: Final = """
select tablename from pg_tables where schemaname = %s and tablename not in ('building', 'checkpoint') order by 1"""
LATE: Final = f"""
select live.stream, live.version - coalesce(next.version, 0) as events from {{live}}.checkpoint live
left join {NEXT}.checkpoint next using (projection, stream)
where live.projection = %s and live.version > coalesce(next.version, 0)"""


class TablesInUse(Exception):
    """A reader held the tables for longer than the swap waits."""


class OtherSchema:
    """The database as projections see it that write into another schema."""

    def __init__(self, database: Database, schema: str = NEXT) -> None:
        self._database, self._schema = database, schema

    @contextmanager
    def transaction(self) -> Iterator[Sql]:
        with self._database.transaction() as sql:
            sql.execute(f"set local role {WRITER}; set local search_path = {self._schema}")
            yield sql

    reading = transaction

    def close(self) -> None: ...


class OpenTransaction:
    """A transaction that is open already, as projections see it."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    @contextmanager
    def transaction(self) -> Iterator[Sql]:
        with self._sql.connection.transaction():
            yield self._sql

    reading = transaction

    def close(self) -> None: ...


def rebuild(
    model: ReadModel,
    store: EventStore,
    database: Database,
    is_late: Callable[[], bool] = lambda: False,
    on_progress: Callable[[int], None] = lambda events: None,
) -> bool:
    """Rebuild the rows and serve them; return False when `is_late` ended that before: call again.

    `on_progress` hears how many events were projected. Raises what the projection raises; the old rows then stay.
    """
    other = OtherSchema(database)
    _begin(model, other)
    while not is_late():
        for head in list(store.heads(f"{model.category}-" if model.category else "")):
            on_progress(advance(model, head.stream, store, other, is_late))
            if is_late():
                return False
        with other.transaction() as sql:
            for table in _tables(sql, NEXT):
                sql.execute(f"analyze {table}")
        try:
            if _swap(model, store, database):
                return True
        except TablesInUse:
            time.sleep(PAUSE_S)
    return False


def _begin(model: ReadModel, other: OtherSchema) -> None:
    """Continue an interrupted rebuild of this model; drop what another model or other code left."""
    made_by = hashlib.sha256(f"{__version__}\0{layout_of(model.tables)}".encode()).hexdigest()
    with other.transaction() as sql:
        sql.execute("select pg_advisory_xact_lock(hashtext('kenpin rebuild'))")
        sql.execute(BUILDING)
        row = sql.execute("select model, made_by from building").fetchone()
        if row == {"model": model.name, "made_by": made_by}:
            return
        for table in (*_tables(sql, NEXT), "building", "checkpoint"):
            sql.execute(f"drop table if exists {table}")
        for ddl in (BUILDING, CHECKPOINT, *(table.ddl for table in model.tables)):
            sql.execute(ddl)
        sql.execute("insert into building values (%s, %s)", (model.name, made_by))


def _tables(sql: Sql, schema: str) -> list[str]:
    return [row["tablename"] for row in sql.execute(TABLES, (schema,)).fetchall()]


def _swap(model: ReadModel, store: EventStore, database: Database) -> bool:
    """Return False when there is too much to catch up with. Raises TablesInUse. Projectors wait meanwhile."""
    with database.transaction() as sql:
        live = _served(sql)
        sql.execute(f"set local search_path = {NEXT}; set local lock_timeout = {LOCK_MS}")
        _lock(sql, f"lock table {live}.checkpoint in exclusive mode")
        late = sql.execute(LATE.format(live=live), (model.name,)).fetchall()
        if sum(row["events"] for row in late) > SMALL:
            return False
        for row in late:
            advance(model, row["stream"], store, OpenTransaction(sql))
        new = _tables(sql, NEXT)
        old = [f"{live}.{table}" for table in new if table in _tables(sql, live)]
        if old:
            _lock(sql, f"lock table {', '.join(old)} in access exclusive mode")
            sql.execute(f"drop table {', '.join(old)}")
        for table in new:
            sql.execute(f"alter table {table} set schema {live}")
        sql.execute(f"delete from {live}.checkpoint where projection = %s", (model.name,))
        sql.execute(f"insert into {live}.checkpoint select * from checkpoint")
        sql.execute("drop table building, checkpoint")
    return True


def _served(sql: Sql) -> str:
    """Return the schema of the rows that this code serves."""
    row = sql.execute("select current_schema() as name").fetchone()
    assert row is not None
    return str(row["name"])


def _lock(sql: Sql, statement: str) -> None:
    try:
        sql.execute(statement)
    except LockNotAvailable as error:
        raise TablesInUse from error
