"""Logins to PostgreSQL as on AWS: a password that expires, and a role with its own settings."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import boto3
import psycopg
import pytest
from moto import mock_aws

from host.embedded_postgres import EmbeddedPostgres
from kenpin.adapters.postgres.connection import APPLICATION, PostgresDatabase, ProxiedDatabase
from kenpin.bootstrap import migrate, prepare
from kenpin.ports import Unavailable
from kenpin.settings import Settings


@pytest.fixture
def rds(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server with what RDS has: the role rds_iam, passwords, and an owner who is no superuser."""
    with EmbeddedPostgres(tmp_path) as server:
        entries = server.cluster / "pg_hba.conf"
        by_password = "".join(f"local all {role} scram-sha-256\n" for role in (APPLICATION, "kenpin_owner"))
        entries.write_text(by_password + entries.read_text())
        with psycopg.connect(server.url, autocommit=True) as administrator:
            administrator.execute("create role rds_iam")
            administrator.execute("create role kenpin_owner login createrole password 'first'")
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


def test_the_login_is_the_application_and_nothing_needs_setting(
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
            "path": "read_models",
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
    with mock_aws():
        kept = json.dumps({"username": "kenpin_owner", "password": "first"})
        secret = boto3.client("secretsmanager").create_secret(Name="owner", SecretString=kept)["ARN"]
        address = rds.url.replace("//kenpin@/postgres", "//kenpin_owner@localhost:5432/kenpin")
        yield Settings(database_url=address, owner_secret=secret)


def test_migrations_begin_with_the_owners_password(rds: EmbeddedPostgres, owner: Settings) -> None:
    migrate(owner)
    migrate(owner)
    with psycopg.connect(rds.url.replace("/postgres?", "/kenpin?")) as administrator:
        found = administrator.execute(
            "select rolcanlogin, rolconfig from pg_roles where rolname = 'kenpin_app'"
        ).fetchone()
        assert found == (
            True,
            [
                "search_path=read_models",
                "statement_timeout=5min",
                "idle_in_transaction_session_timeout=1min",
            ],
        )
        owners = administrator.execute(
            "select distinct tableowner from pg_tables where schemaname = 'read_models'"
        ).fetchall()
        assert owners == [(APPLICATION,)]


def test_once_the_owner_has_a_tokens_rights_no_password_is_asked_for(
    rds: EmbeddedPostgres, owner: Settings
) -> None:
    entries = rds.cluster / "pg_hba.conf"
    entries.write_text(entries.read_text().replace("kenpin_owner scram-sha-256", "kenpin_owner trust"))
    with psycopg.connect(rds.url) as administrator:
        administrator.execute("select pg_reload_conf()")
    migrate(owner.model_copy(update={"owner_secret": "there is none"}))


def test_on_one_machine_the_application_cannot_log_in(postgres_database: PostgresDatabase) -> None:
    with postgres_database.reading() as sql:
        row = sql.execute(
            "select rolcanlogin, rolconfig from pg_roles where rolname = 'kenpin_app'"
        ).fetchone()
    assert row == {"rolcanlogin": False, "rolconfig": None}
