"""The rows of a version, built before its node serves anybody."""

import sys
from pathlib import Path

import psycopg
import pytest

from bench.history import history
from host import rows
from host.node import Node
from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.domain.event import Context
from kenpin.read_models.layout import ROWS
from kenpin.settings import Settings
from tests.host.running import free_port

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="starts PostgreSQL as a node does")
BEFORE = "rows_0123456789ab"
"""The rows of another version."""


def test_rows_are_there_before_anything_serves_them_and_those_of_another_version_gone(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "EVERY_S", 0.0)
    settings = Settings(data_dir=tmp_path / "data", port=free_port())
    with Node(settings) as node:
        database = PostgresDatabase(node.database_url)
        PostgresEventStore(database).append("dataset-line-1", history(60), Context(actor="me"))
        database.close()
        with psycopg.connect(node.database_url) as owner:
            owner.execute(f"alter schema {ROWS} rename to {BEFORE}")
    capfd.readouterr()
    with Node(settings) as node, psycopg.connect(node.database_url) as owner:
        assert [child.process for child in node.children] == [None] * len(node.children)
        assert owner.execute(f"select count(*) from {ROWS}.image").fetchone() == (60,)
        found = owner.execute("select nspname from pg_namespace where nspname like 'rows%'").fetchall()
        assert found == [(ROWS,)]
    assert "building rows from history: " in capfd.readouterr().err
