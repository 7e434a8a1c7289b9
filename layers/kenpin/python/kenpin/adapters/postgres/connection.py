"""Connections to PostgreSQL: pooled, with the application's role, reopened when the server comes back."""

import select
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

import msgspec
import psycopg
from psycopg import Connection, Cursor, errors
from psycopg.conninfo import make_conninfo
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow, dict_row
from psycopg.sql import SQL, Identifier
from psycopg.types.json import set_json_dumps, set_json_loads

from kenpin.ports import DatabaseWakes, OutOfSpace, Unavailable
from kenpin.projections.database import NOTES
from kenpin.read_models.layout import LAYOUT, ROWS
from kenpin.settings import DatabaseRole

Login = Callable[[], Mapping[str, str]]
"""Parameters of a connection beside its URL, asked for each: a password that expires, roots to trust."""

POOL_TIMEOUT_S: Final = 5.0
SCHEMA: Final = ("roles", "event_store", "job_queue", "checkpoints", "identity")


def url_login() -> Mapping[str, str]:
    """Return no parameters: the URL has all that the login needs."""
    return {}


def create_schema(url: str, login: Login = url_login) -> None:
    """Create missing schemas and roles, as the owner. Processes that start together take turns."""
    with _unavailable(), psycopg.connect(make_conninfo(url, **login())) as connection:
        connection.execute("set client_min_messages = warning")
        connection.execute("select pg_advisory_xact_lock(hashtext('kenpin schema'))")
        connection.execute("select set_config('kenpin.layout', %s, true)", [LAYOUT])
        for name in SCHEMA:
            connection.execute(Path(__file__).with_name(f"{name}.sql").read_bytes())


NETWORK: Final[Mapping[str, str]] = {
    "connect_timeout": "5",
    "tcp_user_timeout": "5000",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
}
"""Parameters of libpq, in s and (tcp_user_timeout) ms: a silent server is given up after 5 to 11 s."""
TIMEOUTS: Final = "set statement_timeout = '5min'; set idle_in_transaction_session_timeout = '1min'"
"""Time-outs of a session, as in roles.sql: a process that froze in a transaction loses its locks after a minute."""
MAX_IDLE_S: Final = 60.0
"""A connection that was idle this long is closed: after a freeze, its other end may be gone."""
UNCHECKED_IDLE_S: Final = 1.0
"""A connection that was idle this long is asked for an answer before its first statement: a new one may replace it."""

SCHEMAS: Final = r"""
select nspname from pg_namespace
where nspname in ('read_models_next', 'read_models', 'job_queue', 'event_store')
    or nspname ~ '^rows_[0-9a-f]{12}$'"""
"""All schemas that Kenpin creates."""


def is_empty(url: str) -> bool:
    """Return True when the database holds nothing of Kenpin."""
    with _unavailable(), psycopg.connect(url) as connection:
        return connection.execute(SCHEMAS).fetchone() is None


def drop_schema(url: str) -> None:
    """Drop all schemas for good, in a database made for one piece of work."""
    with _unavailable(), psycopg.connect(url) as connection:
        connection.execute("set client_min_messages = warning")
        for (schema,) in connection.execute(SCHEMAS).fetchall():
            connection.execute(SQL("drop schema {} cascade").format(Identifier(schema)))


_acting: ContextVar[DatabaseRole | None] = ContextVar("role of the database", default=None)


@contextmanager
def acting_as(role: DatabaseRole) -> Iterator[None]:
    """Use connections of this role within the block, in this thread."""
    token = _acting.set(role)
    try:
        yield
    finally:
        _acting.reset(token)


class PooledConnection(Connection):
    """A connection that knows when it was last used, by the wall clock: a frozen machine may stop the others."""

    used_at: float = 0.0


class PostgresDatabase:
    """A pool of up to `size` connections, opened on demand. A process has one pool and closes it at its end.

    It has no threads: it fails at once while the server is away, and recovers at once after.
    """

    def __init__(
        self, url: str, size: int = 4, login: Login = url_login, role: DatabaseRole = "app", rows: str = ROWS
    ) -> None:
        """`rows`: the schema of the rows."""
        self._url, self._login, self._role, self._rows = url, login, role, rows
        self._idle = defaultdict[DatabaseRole, list[PooledConnection]](list)
        self._slots = BoundedSemaphore(size)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Yield a connection in autocommit: each statement is a transaction. Raises Unavailable."""
        if not self._slots.acquire(timeout=POOL_TIMEOUT_S):
            raise Unavailable(f"every connection to PostgreSQL was busy for {POOL_TIMEOUT_S} seconds")
        try:
            role = _acting.get() or self._role
            with _unavailable():
                connection = self._take(role)
                try:
                    yield connection
                except errors.ReadOnlySqlTransaction:
                    connection.close()
                    raise
                finally:
                    self._give_back(connection, role)
        finally:
            self._slots.release()

    @contextmanager
    def transaction(self) -> Iterator[Cursor[DictRow]]:
        """Yield a cursor in a transaction that commits at the end of the block and rolls back on an error."""
        with self.connection() as connection, connection.transaction():
            yield connection.cursor(row_factory=dict_row)

    @contextmanager
    def reading(self) -> Iterator[Cursor[DictRow]]:
        """Yield a cursor for reads: each statement is a transaction, which saves two round trips."""
        with self.connection() as connection:
            yield connection.cursor(row_factory=dict_row)

    def close(self) -> None:
        for idle in self._idle.values():
            while idle:
                idle.pop().close()

    def _take(self, role: DatabaseRole) -> PooledConnection:
        with suppress(IndexError):
            while not _is_usable(connection := self._idle[role].pop()):
                connection.close()
            return connection
        url = make_conninfo(self._url, **NETWORK)
        connection = PooledConnection.connect(make_conninfo(url, **self._login()), autocommit=True)
        set_json_loads(msgspec.json.decode, connection)
        set_json_dumps(msgspec.json.encode, connection)
        self._begin(connection, role)
        return connection

    def _begin(self, connection: Connection, role: DatabaseRole) -> None:
        connection.execute(f"set role kenpin_{role}; set search_path = {self._rows}, {NOTES}")
        connection.execute(TIMEOUTS)

    def _give_back(self, connection: PooledConnection, role: DatabaseRole) -> None:
        connection.used_at = time.time()
        if connection.info.transaction_status == TransactionStatus.IDLE:
            self._idle[role].append(connection)
        else:
            connection.close()


class ProxiedDatabase(PostgresDatabase):
    """The pool behind RDS Proxy, which shares connections per transaction while a session has no state.

    So nothing is set (the login has the role and its rows, see roles.sql) and no statement is prepared by name.
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy-pinning.html
    """

    def _begin(self, connection: Connection, role: DatabaseRole) -> None:
        connection.prepare_threshold = None


class SleepingDatabase(ProxiedDatabase):
    """The pool of a database that pauses while nobody is connected. A connection wakes it, which takes some seconds."""

    def _take(self, role: DatabaseRole) -> PooledConnection:
        try:
            return super()._take(role)
        except psycopg.errors.ConnectionTimeout as error:
            raise DatabaseWakes from error


def waiting(login: Login, seconds: int) -> Login:
    """Return the login with so many seconds of waiting for a connection."""
    return lambda: {**login(), "connect_timeout": str(seconds)}


def _is_usable(connection: PooledConnection) -> bool:
    """Return False when the connection was idle for too long, or its server is gone."""
    idle_s = abs(time.time() - connection.used_at)
    if idle_s >= MAX_IDLE_S or _is_closed_by_server(connection):
        return False
    return idle_s < UNCHECKED_IDLE_S or _is_answered(connection)


def _is_answered(connection: PooledConnection) -> bool:
    """Send an empty statement: unlike a real one, it may be lost or arrive without harm."""
    try:
        connection.execute("", prepare=False)
    except psycopg.OperationalError:
        return False
    return True


def _is_closed_by_server(connection: Connection) -> bool:
    """Return True when the server closed the connection: an idle server sends nothing else. No round trip."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


UNAVAILABLE: Final = (
    psycopg.OperationalError,
    errors.IdleInTransactionSessionTimeout,
    errors.ReadOnlySqlTransaction,
)
"""Errors of the server and not of the statement; it is read-only when a fail-over has made it a replica."""


@contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except errors.DiskFull as error:
        raise OutOfSpace from error
    except UNAVAILABLE as error:
        reason = error.diag.message_primary or error  # without the statement
        raise Unavailable(f"PostgreSQL does not answer: {reason}") from error
