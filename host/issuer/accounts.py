"""Accounts: passwords, and the sessions of the issuer's own pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from host.issuer.secret import digest, random_secret
from kenpin.projections.database import Database, Sql
from kenpin.read_models.people import queries as people

SESSION: Final = timedelta(hours=12)
"""A shift: for so long a person is asked for no password again in the same browser."""
PERSON: Final = "select actor, name, email from identity.person join identity.account using (actor)"

ADMIN: Final = """select true from identity.account join member_role using (actor)
    where role = 'admin' and project_id = '*' and revoked_at is null limit 1"""


@dataclass(frozen=True)
class Account:
    actor: str
    name: str
    email: str


@dataclass(frozen=True)
class Session:
    person: Account
    signed_in_at: datetime


class LinkOver(Exception):
    """The link was used, has ended, or never was."""


class Accounts:
    """Secrets come in as they were given away; here only their digests are kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def have_admin(self) -> bool:
        """Return True when an administrator of everything can sign in."""
        with self._database.reading() as sql:
            return sql.execute(ADMIN).fetchone() is not None

    def by_email(self, email: str) -> tuple[Account | None, str | None]:
        """The person with this address, and their password as it is stored."""
        with self._database.reading() as sql:
            row = sql.execute(
                """select actor, name, email, password from identity.person
                join identity.account using (actor) where lower(email) = lower(%s) and email <> ''""",
                (email.strip(),),
            ).fetchone()
        if row is None:
            return None, None
        return Account(row["actor"], row["name"], row["email"]), row["password"]

    def by_actor(self, actor: str) -> Account | None:
        with self._database.reading() as sql:
            row = sql.execute(f"{PERSON} where actor = %s", (actor,)).fetchone()
        return Account(**row) if row else None

    def open_first(self, person: Account, password: str) -> None:
        """The account of the first admin. Raises LinkOver when it is there, or another admin is."""
        with self._database.transaction() as sql:
            sql.execute("select pg_advisory_xact_lock(hashtext('kenpin people'))")
            existing = sql.execute("select true from identity.account where actor = %s", (person.actor,))
            if existing.fetchone() or sql.execute(ADMIN).fetchone():
                raise LinkOver
            _put_account(sql, person, password)

    def invited(self, link: str) -> Account | None:
        """Whom the link invites, and what is known of them; None: it does not hold."""
        with self._database.reading() as sql:
            row = sql.execute(
                """select actor, name, email from identity.invitation join identity.person using (actor)
                where sha256 = %s and ends_at > now()""",
                (digest(link),),
            ).fetchone()
        return Account(**row) if row else None

    def accept(self, link: str, person: Account, password: str) -> None:
        """Use the link up, set a password, and end whatever was signed in. Raises LinkOver and people.EmailTaken."""
        with self._database.transaction() as sql:
            used = sql.execute(
                "delete from identity.invitation where sha256 = %s and ends_at > now() returning actor",
                (digest(link),),
            ).fetchone()
            if used is None or used["actor"] != person.actor:
                raise LinkOver
            _put_account(sql, person, password)
            _sign_out(sql, person.actor)

    def change(self, actor: str, password: str) -> None:
        """Another password; whoever was signed in with the old one is not any more."""
        with self._database.transaction() as sql:
            sql.execute("update identity.account set password = %s where actor = %s", (password, actor))
            _sign_out(sql, actor)

    def begin(self, actor: str) -> str:
        """A session of the issuer's pages: the secret for its cookie."""
        secret = random_secret()
        with self._database.transaction() as sql:
            sql.execute("delete from identity.session where ends_at < now()")
            sql.execute(
                "insert into identity.session (sha256, actor, ends_at) values (%s, %s, now() + %s)",
                (digest(secret), actor, SESSION),
            )
        return secret

    def session(self, secret: str) -> Session | None:
        with self._database.reading() as sql:
            row = sql.execute(
                """select actor, name, email, signed_in_at from identity.session
                join identity.person using (actor) where sha256 = %s and ends_at > now()""",
                (digest(secret),),
            ).fetchone()
        if row is None:
            return None
        return Session(Account(row["actor"], row["name"], row["email"]), row["signed_in_at"])

    def end(self, secret: str) -> None:
        with self._database.transaction() as sql:
            sql.execute("delete from identity.session where sha256 = %s", (digest(secret),))


def _put_account(sql: Sql, person: Account, password: str) -> None:
    people.put(sql, person.actor, person.name, person.email)
    sql.execute(
        """insert into identity.account values (%s, %s)
        on conflict (actor) do update set password = excluded.password""",
        (person.actor, password),
    )


def _sign_out(sql: Sql, actor: str) -> None:
    sql.execute("delete from identity.session where actor = %s", (actor,))
    sql.execute("delete from identity.sign_in where actor = %s", (actor,))
