"""Readers' checkpoints in PostgreSQL, beside the rows, on one machine and on AWS."""

from collections.abc import Mapping

from kenpin.adapters.postgres.connection import PostgresDatabase


class PostgresCheckpoints:
    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    def at(self, reader: str, stream: str) -> int:
        with self._database.reading() as sql:
            query = "select version from reader_checkpoint where reader = %s and stream = %s"
            row = sql.execute(query, (reader, stream)).fetchone()
        return row["version"] if row else 0

    def all(self, reader: str) -> Mapping[str, int]:
        with self._database.transaction() as sql:
            rows = sql.execute(
                "select stream, version from reader_checkpoint where reader = %s", (reader,)
            ).fetchall()
        return {row["stream"]: row["version"] for row in rows}

    def move(self, reader: str, stream: str, version: int) -> None:
        with self._database.transaction() as sql:
            sql.execute(
                """insert into reader_checkpoint as c values (%s, %s, %s)
                on conflict (reader, stream) do update set version = greatest(c.version, excluded.version)""",
                (reader, stream, version),
            )
