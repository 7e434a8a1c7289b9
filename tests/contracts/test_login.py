"""Logins to PostgreSQL as on AWS: a password that expires, and for each layout of the rows roles that find them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import psycopg
import pytest
from moto import mock_aws

from host.embedded_postgres import EmbeddedPostgres
from kenpin.adapters.postgres import connection
from kenpin.adapters.postgres.connection import PostgresDatabase, ProxiedDatabase
from kenpin.bootstrap import migrate, prepare, wire
from kenpin.ports import Unavailable
from kenpin.read_models.layout import LAYOUT, ROWS
from kenpin.settings import DatabaseRole, Settings

APPLICATION: Final = f"kenpin_app_{LAYOUT}"
READER: Final = f"kenpin_reader_{LAYOUT}"
OTHER: Final = "0123456789ab"
"""The layout of other code."""
LOGINS: Final = "select rolname from pg_roles where rolname ~ '^kenpin_.*_' order by 1"


@pytest.fixture
def rds(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server with what RDS has: the role rds_iam, and an owner who is no superuser and logs in by token."""
    with EmbeddedPostgres(tmp_path) as server:
        entries = server.cluster / "pg_hba.conf"
        by_token = f"local all kenpin_owner trust\nlocal all {READER} trust\n"
        entries.write_text(f"local all {APPLICATION} scram-sha-256\n{by_token}{entries.read_text()}")
        with psycopg.connect(server.url, autocommit=True) as administrator:
            administrator.execute("create role rds_iam")
            administrator.execute("create role kenpin_owner login createrole")
            administrator.execute("grant rds_iam to kenpin_owner with admin option")
            administrator.execute("create database kenpin owner kenpin_owner")
            administrator.execute("select pg_reload_conf()")
        yield server


def url(server: EmbeddedPostgres, role: str) -> str:
    return server.url.replace("//kenpin@/postgres", f"//{role}@/kenpin")


class Passwords:
    """A login whose password is what the administrator set last; it counts how often it was asked."""

    def __init__(self, server: EmbeddedPostgres) -> None:
        self._server, self.asked = server, 0
        self.current = ""

    def change(self, password: str) -> None:
        with psycopg.connect(self._server.url, autocommit=True) as administrator:
            administrator.execute(f"alter role {APPLICATION} password '{password}'")
        self.current = password

    def __call__(self) -> Mapping[str, str]:
        self.asked += 1
        return {"password": self.current}


@pytest.fixture
def passwords(rds: EmbeddedPostgres) -> Passwords:
    prepare(rds.url.replace("/postgres?", "/kenpin?"))
    made = Passwords(rds)
    made.change("one")
    return made


def test_each_new_connection_asks_for_a_password_of_its_own(
    rds: EmbeddedPostgres, passwords: Passwords
) -> None:
    database = ProxiedDatabase(url(rds, APPLICATION), login=passwords)
    with database.reading() as sql:
        sql.execute("select 1")
    with database.reading() as sql:
        sql.execute("select 1")
    assert passwords.asked == 1
    passwords.change("two")
    with database.connection(), database.connection():
        assert passwords.asked == 2
    database.close()


def test_a_password_that_has_aged_is_said_to_be_no_answer(
    rds: EmbeddedPostgres, passwords: Passwords
) -> None:
    database = ProxiedDatabase(url(rds, APPLICATION), login=lambda: {"password": "old"})
    with pytest.raises(Unavailable, match="password authentication failed"), database.reading():
        pass


def test_the_login_finds_its_rows_and_nothing_needs_setting(
    rds: EmbeddedPostgres, passwords: Passwords
) -> None:
    database = ProxiedDatabase(url(rds, APPLICATION), login=passwords)
    with database.reading() as sql:
        row = sql.execute(
            "select session_user, current_user, current_setting('search_path') as path,"
            " pg_has_role('rds_iam', 'member') as by_token"
        ).fetchone()
        assert row is not None
        assert row == {
            "session_user": APPLICATION,
            "current_user": APPLICATION,
            "path": f"{ROWS}, read_models",
            "by_token": True,
        }
        assert sql.execute("select count(*) from checkpoint").fetchone() == {"count": 0}
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            sql.execute("delete from event_store.commits")
    database.close()


@pytest.mark.parametrize(("kind", "prepared"), [(ProxiedDatabase, 0), (PostgresDatabase, 1)])
def test_behind_the_proxy_no_statement_gets_a_name(
    rds: EmbeddedPostgres, passwords: Passwords, kind: type[PostgresDatabase], prepared: int
) -> None:
    """A name would tie the proxy's connection to this session."""
    database = kind(url(rds, APPLICATION), login=passwords)
    with database.reading() as sql:
        for number in range(8):
            sql.execute("select %s::int", [number])
        found = sql.execute("select count(*) from pg_prepared_statements").fetchone()
    assert found == {"count": prepared}
    database.close()


@pytest.fixture
def owner(rds: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """As migrations find themselves in an account that is new."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    address = rds.url.replace("//kenpin@/postgres", "//kenpin_owner@localhost:5432/kenpin")
    with mock_aws():
        yield Settings(database_url=address)


def asked(server: EmbeddedPostgres, query: str) -> list[str]:
    with psycopg.connect(server.url.replace("/postgres?", "/kenpin?")) as administrator:
        return [first for (first, *_) in administrator.execute(query.encode()).fetchall()]


def test_migrations_make_logins_that_find_their_rows_and_tables_that_are_the_applications(
    rds: EmbeddedPostgres, owner: Settings
) -> None:
    migrate(owner)
    migrate(owner)
    assert asked(rds, LOGINS) == [APPLICATION, READER]
    for login in (APPLICATION, READER):
        assert asked(rds, f"select rolconfig[1] from pg_roles where rolname = '{login}' and rolcanlogin") == [
            f"search_path={ROWS}, read_models"
        ]
    schemas = f"('{ROWS}', 'read_models')"
    assert asked(rds, f"select distinct tableowner from pg_tables where schemaname in {schemas}") == [
        "kenpin_app"
    ]


def test_logins_of_other_layouts_stay_as_long_as_their_rows(
    rds: EmbeddedPostgres, owner: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as other:
        other.setattr(connection, "LAYOUT", OTHER)
        migrate(owner)
    asked(rds, f"select read_models.create_rows('rows_{OTHER}') is null")
    migrate(owner)
    both = [f"kenpin_{role}_{layout}" for role in ("app", "reader") for layout in sorted((OTHER, LAYOUT))]
    assert asked(rds, LOGINS) == both
    with psycopg.connect(rds.url.replace("/postgres?", "/kenpin?")) as administrator:
        administrator.execute(f"drop schema rows_{OTHER}")
    migrate(owner)
    assert asked(rds, LOGINS) == [APPLICATION, READER]


@pytest.mark.parametrize("role", ["app", "reader"])
def test_a_function_logs_in_with_its_role_and_the_layout_of_its_code(
    rds: EmbeddedPostgres, owner: Settings, role: DatabaseRole
) -> None:
    migrate(owner)
    address = rds.url.replace("//kenpin@/postgres", "//localhost:5432/kenpin")
    found = wire(Settings(base="aws", database_auth="iam", database_url=address, database_role=role))
    if role == "app":
        with pytest.raises(Unavailable, match=f'password authentication failed for user "{APPLICATION}"'):
            found.database.transaction().__enter__()
        return
    with found.database.reading() as sql:
        assert sql.execute("select current_user as name").fetchone() == {"name": READER}
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            sql.execute("delete from member_role")
    found.close()


def test_on_one_machine_the_application_cannot_log_in(postgres_database: PostgresDatabase) -> None:
    with postgres_database.reading() as sql:
        found = sql.execute(
            "select rolname, rolconfig from pg_roles where rolname ~ '^kenpin_' and rolcanlogin"
        )
        assert found.fetchall() == []
