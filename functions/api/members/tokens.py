"""Writes about tokens for scripts and machines: make one, revoke it."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field

from functions.api.members.answers import TokenMade
from functions.http.accept import accept, new_id
from functions.http.access import access
from functions.http.answers import Accepted
from functions.http.errors import NoSuchThing, NoTokensHere
from functions.http.request import caller
from functions.http.resolver import new_router
from kenpin.application import members
from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Name, Text
from kenpin.domain.member.commands import IssueToken, OfLines, RevokeToken
from kenpin.domain.member.decider import member
from kenpin.read_models.members import queries as member_rows

router = new_router()


class NewToken(OfLines):
    label: Name
    days: Annotated[int, Field(ge=1, le=366)] = 90
    """Days until it expires"""


class TokenRevocation(Command):
    reason: Text = ""


@router.post("/tokens", status_code=201, tags=["members"])
def issue_token(body: NewToken) -> TokenMade:
    """Make a token, shown this once. It allows what its role allows, and never more than you may at that time."""
    if platform().settings.base == "aws":
        raise NoTokensHere
    token_id, secret, by = new_id(), secrets.token_urlsafe(32), caller()
    expires_at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=body.days)
    given = body.model_dump(exclude={"days"})
    digest = hashlib.sha256(secret.encode()).hexdigest()
    command = IssueToken(**given, token_id=token_id, expires_at=expires_at, secret_sha256=digest)
    # without the request's key: the same answer again would need the secret, and nobody has it
    members.issue_token(platform(), command, by=by)
    return TokenMade(token_id=token_id, token=f"kenpin_{token_id}_{secret}", expires_at=expires_at)


@router.post("/tokens/<token_id>/revocation", status_code=201, tags=["members"])
def revoke_token(token_id: str, body: TokenRevocation) -> Accepted:
    """Revoke a token of your own, or one for a project that you are admin of."""
    with platform().database.reading() as sql:
        token = member_rows.token(sql, token_id)
    mine = token is not None and token["actor"] == caller().actor
    if token is None or not (mine or access().may(token["project_id"])):
        raise NoSuchThing("token", token_id)
    return accept(member, token["actor"], RevokeToken(token_id=token_id, reason=body.reason))
