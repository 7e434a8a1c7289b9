"""Digests of rows: one for each table, so that rows made elsewhere can be compared without sending them.

Rows of one stream only. A table that declares its past is compared as of any version; what keeps none (such as
counts and names) only as it stands.
"""

from collections.abc import Sequence

from msgspec import Struct

from kenpin.domain.ids import id_of
from kenpin.projections.database import Sql
from kenpin.projections.projection import ReadModel, checkpoint
from kenpin.projections.table import PAST_SUFFIX, DeclaredTable, PastByQuery, PastByTrigger
from kenpin.projections.validity import rows_of, valid


class TableDigest(Struct, frozen=True):
    table: str
    rows: int
    digest: str
    """Of all rows in any order; the same rows give the same"""


def digests(models: Sequence[ReadModel], sql: Sql, stream: str, version: int) -> list[TableDigest]:
    """Return a digest of every table that can be shown as of this version: of all, when no rows are beyond it.

    In a transaction that has asked nothing yet. Reads every row of the stream.
    """
    sql.execute("set transaction isolation level repeatable read")
    sql.execute("set local timezone = 'UTC'")
    reached = max((checkpoint(sql, model.name, stream)[0] for model in models), default=0)
    given: dict[str, str | int] = {"stream": stream, "id": id_of(stream), "version": version}
    queries = [rows for model in models for table in model.tables for rows in _rows(table, reached > version)]
    return [_digest(sql, name, query, given) for name, query in queries]


def _rows(table: DeclaredTable, is_past: bool) -> list[tuple[str, str]]:
    """Name and query of the rows as of %(version)s; none for what keeps no past, when rows are beyond it."""
    own = f"{table.owner} = {table.owner_value}"
    match table.past:
        case PastByQuery(rows=rows):
            return [(table.name, rows)]
        case PastByTrigger():
            past = f"{table.name}{PAST_SUFFIX}"
            standing = f"""select to_jsonb(r) - 'valid_to' from {rows_of(table.name, 0)} as r
                where {own} and {valid("r", 0, "%(version)s")}"""
            return [
                (table.name, standing),
                (past, f"select to_jsonb(r) from {past} as r where {own} and valid_to <= %(version)s"),
            ]
        case None:
            standing = f"select to_jsonb(r) from {table.name} as r where {own} and {table.counted}"
            return [] if is_past else [(table.name, standing)]


def _digest(sql: Sql, table: str, query: str, given: dict[str, str | int]) -> TableDigest:
    """A sum does not mind the order; of 60 bits a row, twice, for nobody wants two tables alike by chance."""
    parts = ", ".join(
        f"coalesce(sum(('x' || substr(hash, {start}, 15))::bit(60)::bigint::numeric), 0)::text as half_{start}"
        for start in (1, 16)
    )
    row = sql.execute(
        f"select count(*) as rows, {parts} from (select md5(r::text) as hash from ({query}) as r) as hashes",
        given,
    ).fetchone()
    assert row is not None
    return TableDigest(table, row["rows"], f"{row['half_1']}.{row['half_16']}")
