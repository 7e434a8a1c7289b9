"""Sign-ins at a client: a code that is good once, then refresh tokens that are each good once.

Whoever uses one of them a second time is not who it was given to, or was robbed of it: the whole sign-in ends.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from host.issuer.accounts import Account, Session
from host.issuer.clients import SCOPE, OAuthClient
from host.issuer.secret import digest, random_secret
from kenpin.projections.database import Database, Row, Sql

CODE_LASTS: Final = timedelta(seconds=60)
OF_SIGN_IN: Final = """join identity.sign_in using (sign_in_id) join identity.person using (actor)
    where sha256 = %s for update of sign_in,"""


@dataclass(frozen=True)
class CodeRequest:
    """The request that a code answers, which its exchange must match."""

    redirect_uri: str
    challenge: str
    nonce: str


@dataclass(frozen=True)
class GrantedSignIn:
    """A valid sign-in with its refresh token."""

    person: Account
    client_id: str
    signed_in_at: datetime
    refresh_token: str
    nonce: str = ""


class SignIns:
    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, session: Session, client: OAuthClient, asked: CodeRequest) -> str:
        """Begin a sign-in; return the code for the client."""
        code = random_secret()
        with self._database.transaction() as sql:
            sql.execute("delete from identity.sign_in where ends_at < now()")
            sql.execute(
                """with fresh as (
                    insert into identity.sign_in (actor, client_id, scope, signed_in_at, ends_at)
                    values (%s, %s, %s, %s, now() + %s) returning sign_in_id)
                insert into identity.code (sha256, sign_in_id, redirect_uri, challenge, nonce, ends_at)
                select %s, sign_in_id, %s, %s, %s, now() + %s from fresh""",
                (
                    *(session.person.actor, client.client_id, SCOPE, session.signed_in_at, client.lasts),
                    *(digest(code), asked.redirect_uri, asked.challenge, asked.nonce, CODE_LASTS),
                ),
            )
        return code

    def exchange(
        self, code: str, client: OAuthClient, redirect_uri: str, challenge: str
    ) -> GrantedSignIn | None:
        """Exchange a code; None when it does not hold, and then it is used up."""
        with self._database.transaction() as sql:
            row = sql.execute(
                f"select *, code.ends_at > now() as holds from identity.code {OF_SIGN_IN} code",
                (digest(code),),
            ).fetchone()
            if row is None:
                return None
            matches = (row["client_id"], row["redirect_uri"], row["challenge"]) == (
                *(client.client_id, redirect_uri, challenge),
            )
            if row["used"] or not row["holds"] or not matches:
                _end(sql, row["sign_in_id"])
                return None
            sql.execute("update identity.code set used = true where sha256 = %s", (digest(code),))
            return _granted(sql, row, row["nonce"])

    def renew(self, refresh_token: str, client: OAuthClient) -> GrantedSignIn | None:
        with self._database.transaction() as sql:
            row = sql.execute(
                f"select *, sign_in.ends_at > now() as holds from identity.refresh_token {OF_SIGN_IN} refresh_token",
                (digest(refresh_token),),
            ).fetchone()
            if row is None:
                return None
            if row["used"] or not row["holds"] or row["client_id"] != client.client_id:
                _end(sql, row["sign_in_id"])
                return None
            used = "update identity.refresh_token set used = true where sha256 = %s"
            sql.execute(used, (digest(refresh_token),))
            later = "update identity.sign_in set ends_at = now() + %s where sign_in_id = %s"
            sql.execute(later, (client.lasts, row["sign_in_id"]))
            return _granted(sql, row)

    def revoke(self, refresh_token: str) -> None:
        with self._database.transaction() as sql:
            sql.execute(
                """delete from identity.sign_in where sign_in_id =
                    (select sign_in_id from identity.refresh_token where sha256 = %s)""",
                (digest(refresh_token),),
            )


def _granted(sql: Sql, row: Row, nonce: str = "") -> GrantedSignIn:
    refresh_token = random_secret()
    sql.execute(
        "insert into identity.refresh_token (sha256, sign_in_id) values (%s, %s)",
        (digest(refresh_token), row["sign_in_id"]),
    )
    person = Account(row["actor"], row["name"], row["email"])
    return GrantedSignIn(person, row["client_id"], row["signed_in_at"], refresh_token, nonce)


def _end(sql: Sql, sign_in_id: int) -> None:
    sql.execute("delete from identity.sign_in where sign_in_id = %s", (sign_in_id,))
