"""Rows that keep their past: the live table has the present, `<table>_past` the former rows.

Every row carries `valid_from` and `valid_to`, versions of its own stream; a live row has not ended. A projection
writes `valid_from` with whatever it changes, and a trigger copies the former row to the past. So a query
about today reads one table, and a query about the past reads both.
"""

from datetime import datetime
from typing import Final

Moment = int | datetime | None
"""The moment of a question: a version of its stream, a time, or now."""

TRIGGER: Final = """
create or replace function read_models.keep_past() returns trigger language plpgsql as $$ begin
    old.valid_to := new.valid_from;
    execute format('insert into %I.%I select ($1).*', tg_table_schema, tg_table_name || '_past') using old;
    return null;
end $$;
"""
"""Several changes at one version are one: only the first of them finds a row that is older.

The function stays where it is while tables are rebuilt in another schema.
"""


def rows_of(table: str, moment: Moment) -> str:
    """Return SQL for the rows that may have been valid then."""
    return table if moment is None else f"(select * from {table} union all select * from {table}_past)"


def valid(alias: str, moment: Moment, version: str = "%(as_of)s") -> str:
    """The condition that a row was valid then; `version` is SQL for the version of its stream at that moment."""
    if moment is None:
        return "true"
    return f"{alias}.valid_from <= {version} and ({alias}.valid_to is null or {alias}.valid_to > {version})"
