"""Connections to PostgreSQL as on AWS: TLS, a token as password, packets that get lost, and a fail-over."""

import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from host.embedded_postgres import EmbeddedPostgres
from kenpin.adapters.aws import clients
from kenpin.adapters.aws.database_login import TokenLogin
from kenpin.adapters.postgres import connection
from kenpin.adapters.postgres.connection import PostgresDatabase, ProxiedDatabase
from kenpin.bootstrap import prepare
from kenpin.ports import Unavailable
from kenpin.read_models.layout import LAYOUT
from tests.contracts.tls_relay import Authority, TlsRelay, relay_to

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="packets are swallowed by a filter of Linux")
APPLICATION: Final = f"kenpin_app_{LAYOUT}"
GIVEN_UP_S: Final = 25.0
"""Time after which a silent server is given up, on a slow machine too; TCP alone would try for 15 minutes."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A server with what RDS has: the role rds_iam, whose members send a token as password."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("rds")) as server:
        entries = server.cluster / "pg_hba.conf"
        entries.write_text(f"local all {APPLICATION} password\n{entries.read_text()}")
        with psycopg.connect(server.url, autocommit=True) as administrator:
            administrator.execute("create role rds_iam")
            administrator.execute("select pg_reload_conf()")
        prepare(server.url)
        yield server


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def relay(server: EmbeddedPostgres, authority: Authority) -> Iterator[TlsRelay]:
    with relay_to(_socket_of(server), authority.certificate("localhost")) as relay:
        yield relay


@pytest.fixture
def login(
    server: EmbeddedPostgres, authority: Authority, relay: TlsRelay, monkeypatch: pytest.MonkeyPatch
) -> TokenLogin:
    """A login by token; the server takes this one."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "example")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    clients.session.cache_clear()
    login = TokenLogin(url(relay), authority.root_file)
    accept(server, login()["password"])
    return login


@pytest.fixture
def database(relay: TlsRelay, login: TokenLogin) -> Iterator[PostgresDatabase]:
    database = ProxiedDatabase(url(relay), login=login)
    yield database
    database.close()


def url(relay: TlsRelay, host: str = "localhost") -> str:
    return f"postgresql://{APPLICATION}@{host}:{relay.port}/postgres?sslmode=verify-full&gssencmode=disable"


def accept(server: EmbeddedPostgres, token: str) -> None:
    """Let the server take this token from now on, and no other."""
    with psycopg.connect(server.url, autocommit=True) as administrator:
        administrator.execute(f"alter role {APPLICATION} password '{token}'")


def _socket_of(server: EmbeddedPostgres) -> str:
    return f"{conninfo_to_dict(server.url)['host']}/.s.PGSQL.5432"


def one(database: PostgresDatabase) -> int:
    with database.reading() as sql:
        row = sql.execute("select 1 as one").fetchone()
    return int(row["one"]) if row else 0


def test_a_token_opens_a_connection_through_tls(database: PostgresDatabase, relay: TlsRelay) -> None:
    assert one(database) == one(database) == 1
    assert relay.accepted == 1


def test_a_token_that_the_server_does_not_take_opens_nothing(
    server: EmbeddedPostgres, database: PostgresDatabase
) -> None:
    accept(server, "another")
    with pytest.raises(Unavailable, match="password authentication failed"):
        one(database)


def test_a_server_with_another_name_gets_no_token(
    authority: Authority, server: EmbeddedPostgres, login: TokenLogin
) -> None:
    with relay_to(_socket_of(server), authority.certificate("elsewhere")) as relay:
        with pytest.raises(Unavailable, match="does not match host name"):
            one(ProxiedDatabase(url(relay), login=login))
        assert relay.received == 0


def test_a_server_of_another_authority_gets_no_token(
    server: EmbeddedPostgres, login: TokenLogin, tmp_path: Path
) -> None:
    with relay_to(_socket_of(server), Authority(tmp_path).certificate("localhost")) as relay:
        with pytest.raises(Unavailable, match="certificate verify failed"):
            one(ProxiedDatabase(url(relay), login=login))
        assert relay.received == 0


@pytest.mark.parametrize(
    ("limit", "within_s"),
    [
        pytest.param("MAX_IDLE_S", 5.0, id="idle for long: nothing is sent into the void"),
        pytest.param("UNCHECKED_IDLE_S", GIVEN_UP_S, id="younger: its first statement goes to a new one"),
    ],
)
def test_a_connection_whose_other_end_is_gone_is_replaced(
    database: PostgresDatabase, relay: TlsRelay, monkeypatch: pytest.MonkeyPatch, limit: str, within_s: float
) -> None:
    one(database)
    relay.swallow()
    monkeypatch.setattr(connection, limit, 0.0)
    start = time.monotonic()
    assert one(database) == 1
    assert time.monotonic() - start < within_s
    assert relay.accepted == 2


def test_a_statement_whose_server_goes_silent_is_given_up(
    database: PostgresDatabase, relay: TlsRelay
) -> None:
    one(database)
    relay.swallow()
    start = time.monotonic()
    with pytest.raises(Unavailable):
        one(database)
    assert time.monotonic() - start < GIVEN_UP_S
    assert one(database) == 1


def test_an_answer_that_never_comes_is_given_up(database: PostgresDatabase, relay: TlsRelay) -> None:
    """Everything sent was received; only keep-alive packets can tell that the server is gone."""
    one(database)
    threading.Timer(1.0, relay.swallow).start()
    start = time.monotonic()
    with pytest.raises(Unavailable), database.reading() as sql:
        sql.execute("select pg_sleep(60)")
    assert time.monotonic() - start < GIVEN_UP_S


def test_after_a_fail_over_connections_to_the_replica_are_left(
    server: EmbeddedPostgres, database: PostgresDatabase, relay: TlsRelay
) -> None:
    """The old primary goes on as a replica, so connections to it live and cannot write."""
    with database.connection() as kept:
        kept.execute("set default_transaction_read_only = on")
    with pytest.raises(Unavailable, match="read-only"), database.transaction() as sql:
        sql.execute("insert into reader_checkpoint values ('reactors', 'run-r', 1)")
    with database.transaction() as sql:
        sql.execute("insert into reader_checkpoint values ('reactors', 'run-r', 1)")
    assert relay.accepted == 2


def test_a_transaction_that_stands_still_is_ended_and_may_be_tried_again(database: PostgresDatabase) -> None:
    with pytest.raises(Unavailable, match="idle-in-transaction"), database.transaction() as sql:
        sql.execute("set idle_in_transaction_session_timeout = 100")
        time.sleep(1.0)
        sql.execute("select 1")
    assert one(database) == 1


@pytest.mark.parametrize("kind", ["login of the role", "role of a session"])
def test_the_role_has_limits(server: EmbeddedPostgres, database: PostgresDatabase, kind: str) -> None:
    there = database if kind == "login of the role" else PostgresDatabase(server.url)
    with there.reading() as sql:
        found = sql.execute(
            "select current_setting('statement_timeout') as statement,"
            " current_setting('idle_in_transaction_session_timeout') as idle"
        ).fetchone()
    there.close()
    assert found == {"statement": "5min", "idle": "1min"}
