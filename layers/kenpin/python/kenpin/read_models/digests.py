"""What rows say, in one number for each table: so that rows made elsewhere can be compared without sending them.

Rows of one stream only. Tables whose rows have a span of validity are compared as of any version; what keeps no past
(counts, names, where a run is) only as it stands.
"""

import re
from typing import Final

from msgspec import Struct

from kenpin.domain.ids import category_of, id_of
from kenpin.projections.database import Sql
from kenpin.projections.projection import ReadModel, checkpoint
from kenpin.projections.validity import PAST_OF, rows_of, valid
from kenpin.read_models.catalogue import models_of
from kenpin.read_models.gallery.table import FILE, PAST, STANDING, at, key_of
from kenpin.read_models.history.projection import COLUMNS

AT_ITS_END: Final = {
    "candidate": ("outcome",),
    "readjudication_item": (
        "outcome",
        "new_verdict",
        "new_classes",
        "answered_by",
        "answered_at",
        "seconds_spent",
    ),
    "member_role": ("revoked_at", "revoked_by", "reason"),
    "member_token": ("revoked_at", "revoked_by"),
}
"""Columns that are written when a row's time ends, beside `valid_to`: before, they are empty."""
SAYS_SOMETHING: Final = dict.fromkeys(("image_count", "image_count_change"), "images <> 0")
"""A count of 0 was more once, and what was folded in larger steps never had it."""
OWN_WAY: Final = {
    "image": f"""select {", ".join(f"i.{name}" for name in FILE)}, {", ".join(f"s.{name}" for name in STANDING)}
        from image i cross join lateral ({at("%(version)s")}) as s where i.dataset_key = {key_of("%(id)s")}""",
    "image_past": f"""select {", ".join(PAST)} from image_past
        where dataset_key = {key_of("%(id)s")} and valid_to <= %(version)s""",
    "change": f"select {COLUMNS} from change where stream = %(stream)s and last <= %(version)s",
}
"""An image's row is rewritten when it changes, and how it stood goes elsewhere: its past is put together."""


class TableDigest(Struct, frozen=True):
    table: str
    rows: int
    digest: str
    """Of all rows in any order; the same rows give the same"""


def reached(sql: Sql, stream: str) -> int:
    """The version that all rows of the stream have reached."""
    return min((checkpoint(sql, model.name, stream)[0] for model in models_of(stream)), default=0)


def digests(sql: Sql, stream: str, version: int) -> list[TableDigest]:
    """Of every table that can be shown as of this version: all of them, when no rows are beyond it.

    In a transaction that has asked nothing yet. Reads every row of the stream.
    """
    sql.execute("set transaction isolation level repeatable read")
    sql.execute("set local timezone = 'UTC'")
    beyond = max((checkpoint(sql, model.name, stream)[0] for model in models_of(stream)), default=0) > version
    found = []
    for model in models_of(stream):
        for table in tables_of(model):
            if query := _rows(sql, table, stream, beyond):
                found.append(
                    _digest(sql, table, query, {"stream": stream, "id": id_of(stream), "version": version})
                )
    return found


def tables_of(model: ReadModel) -> list[str]:
    return re.findall(r"create table if not exists (\w+)", model.table)


def _rows(sql: Sql, table: str, stream: str, beyond: bool) -> str | None:
    """The rows of the stream as of a version, in SQL; None for what keeps no past, when there are rows beyond."""
    if table in OWN_WAY:
        return OWN_WAY[table]
    columns = _columns(sql, table)
    owner = next(f"{column} = {of}" for column, of in _owners(stream).items() if column in columns)
    if table.endswith(PAST_OF):
        return f"select {', '.join(columns)} from {table} where {owner} and valid_to <= %(version)s"
    if _columns(sql, table + PAST_OF):
        standing = ", ".join(column for column in columns if column != "valid_to")
        return f"select {standing} from {rows_of(table, 0)} as r where {owner} and {valid('r', 0, '%(version)s')}"
    if {"valid_from", "valid_to"} <= set(columns):
        ends = ("valid_to", *AT_ITS_END.get(table, ()))
        shown = [
            f"case when valid_to <= %(version)s then {c} end as {c}" if c in ends else c for c in columns
        ]
        return f"select {', '.join(shown)} from {table} where {owner} and valid_from <= %(version)s"
    if beyond:
        return None
    return f"select {', '.join(columns)} from {table} where {owner} and {SAYS_SOMETHING.get(table, 'true')}"


def _owners(stream: str) -> dict[str, str]:
    """What a table may say whose row it is by."""
    return {"stream": "%(stream)s", f"{category_of(stream)}_id": "%(id)s", "actor": "%(id)s"}


def _columns(sql: Sql, table: str) -> list[str]:
    rows = sql.execute(
        """select column_name from information_schema.columns
        where table_schema = current_schema() and table_name = %s order by column_name""",
        (table,),
    )
    return [row["column_name"] for row in rows]


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
