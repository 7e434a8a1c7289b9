"""Rows that keep their past: the live table holds how things stand, `<table>_past` how they stood until when.

Every row carries `valid_from` and `valid_to`, versions of its own stream; a live row has not ended. A projection
writes `valid_from` with whatever it changes, and a trigger leaves the row as it was behind. So a question about
today reads as it would if nothing were kept, and one about the past reads both tables.
"""

from datetime import datetime
from typing import Final

Moment = int | datetime | None
"""What a question is asked as of: a version of the stream in question, a time, or now."""

SPAN: Final = "valid_from bigint not null,\n    valid_to   bigint"

PAST_OF: Final = "_past"
"""What the table of the past is called, after the live one."""

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


def keeps_past(table: str, key: str) -> str:
    """DDL after that of the table, which has SPAN: its past, with the same columns whenever one is added."""
    return f"""
create table if not exists {table}_past (like {table});
do $$ declare added record; begin
    for added in
        select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute a
        where attrelid = '{table}'::regclass and attnum > 0 and not attisdropped and not exists (
            select from pg_attribute p where attrelid = '{table}_past'::regclass and p.attname = a.attname)
        order by attnum
    loop execute format('alter table {table}_past add column %I %s', added.name, added.type); end loop;
end $$;
create index if not exists {table}_past_by_key on {table}_past ({key}, valid_from);
create or replace trigger keep_past after update on {table} for each row
    when (new.valid_from > old.valid_from) execute function read_models.keep_past();
"""


def projected_anew(projection: str, *tables: str) -> str:
    """DDL before that of the tables: those that kept no past go, and come again from the events with all of it."""
    return f"""
do $$ begin
    if to_regclass('{tables[0]}') is not null and not exists (select from pg_attribute
            where attrelid = to_regclass('{tables[0]}') and attname = 'valid_from') then
        drop table if exists {", ".join(tables)};
        delete from checkpoint where projection = '{projection}';
    end if;
end $$;
"""


def rows_of(table: str, moment: Moment) -> str:
    """What a question reads: rows that may have been valid then."""
    return table if moment is None else f"(select * from {table} union all select * from {table}_past)"


def valid(alias: str, moment: Moment, version: str = "%(as_of)s") -> str:
    """The condition that a row was valid then; `version` is SQL for the version of its stream at that moment."""
    if moment is None:
        return "true"
    return f"{alias}.valid_from <= {version} and ({alias}.valid_to is null or {alias}.valid_to > {version})"
