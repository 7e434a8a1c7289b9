"""Who asks: people name themselves on one machine; where there is an issuer, a token that it signed says so.

Machines and scripts send a token that a member made (`kenpin_…`), beside or instead of the issuer's.
"""

import asyncio
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, Protocol

from functions.http.access import SYSTEM, TOKEN_CLAIM
from host.gateway import Request
from kenpin.domain.event import Context
from kenpin.domain.ids import ACTOR
from kenpin.domain.member.commands import GrantRole
from kenpin.domain.member.decider import member
from kenpin.domain.member.events import EVERYWHERE
from kenpin.ports import Unavailable
from kenpin.settings import Settings

Claims = Mapping[str, str]
ACTOR_HEADER: Final = "kenpin-actor"
MADE_HERE: Final = "kenpin_"
"""How a token begins that a member made."""
OPEN: Final = frozenset({("GET", "/v1/health")})
"""What anybody may ask."""


class NotAdmitted(Exception):
    """The message says what to do; `headers` go with the answer."""

    def __init__(self, status: HTTPStatus, detail: str, headers: Mapping[str, str]) -> None:
        super().__init__(detail)
        self.status, self.headers = status, headers


class Admission(Protocol):
    async def claims(self, request: Request) -> Claims:
        """Who asks the API for this; nothing where nobody need say. Raises NotAdmitted."""


class ByName:
    """People name themselves, and whoever can reach the port is believed, with every right; reads need no name."""

    def __init__(self) -> None:
        self._welcomed: set[str] = set()

    async def claims(self, request: Request) -> Claims:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token.startswith(MADE_HERE):
            return await asyncio.to_thread(_of_member, token.strip())
        actor = request.headers.get(ACTOR_HEADER, "")
        if re.fullmatch(ACTOR, actor):
            if actor not in self._welcomed:
                await asyncio.to_thread(_welcome, actor)
                self._welcomed.add(actor)
            return {"sub": actor}
        if request.method == "GET":
            return {"sub": SYSTEM}
        detail = "say who you are: send the header Kenpin-Actor (lower-case letters, digits, . _ -)"
        raise NotAdmitted(HTTPStatus.UNAUTHORIZED, detail, {})


class ByToken:
    """Nothing but a token of the issuer is believed, and reads need one too."""

    def __init__(self, settings: Settings) -> None:
        from host.tokens import tokens_of

        self._tokens = tokens_of(settings)

    async def claims(self, request: Request) -> Claims:
        if (request.method, request.path) in OPEN:
            return {}
        if ACTOR_HEADER in request.headers:
            raise _unauthorized(
                "Kenpin-Actor names nobody here; sign in (`kenpin login`) and send the token alone"
            )
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise _unauthorized("sign in: this platform wants a token of its issuer (`kenpin login`)")
        check = _of_member if token.startswith(MADE_HERE) else self._verified
        return await asyncio.to_thread(check, token.strip())

    def _verified(self, token: str) -> Claims:
        from host.tokens import InvalidToken, IssuerUnreachable

        try:
            claims = self._tokens.claims(token)
            if claims["sub"] == SYSTEM:
                raise InvalidToken(f"{SYSTEM} is the platform itself, and no issuer's subject")
            return {name: said for name, said in claims.items() if name != TOKEN_CLAIM}
        except InvalidToken as reason:
            raise _unauthorized(f"{reason}; sign in again", 'error="invalid_token"') from None
        except IssuerUnreachable as reason:
            later = {"retry-after": "5"}
            raise NotAdmitted(HTTPStatus.SERVICE_UNAVAILABLE, f"{reason}; try again", later) from None


def _of_member(token: str) -> Claims:
    """The claims of a token that a member made. Raises NotAdmitted (401, 503)."""
    from host.member_tokens import claims_of

    try:
        claims = claims_of(token)
    except Unavailable as reason:
        raise NotAdmitted(
            HTTPStatus.SERVICE_UNAVAILABLE, f"{reason}; try again", {"retry-after": "1"}
        ) from None
    if claims is None:
        raise _unauthorized("the token is revoked, has expired or never was", 'error="invalid_token"')
    return claims


def _welcome(actor: str) -> None:
    """Names prove nothing, so no name has fewer rights than another."""
    from kenpin.bootstrap import platform

    command = GrantRole(project_id=EVERYWHERE, role="admin")
    platform().commands.execute(member, actor, command, by=Context(actor=SYSTEM))


def admission(settings: Settings) -> Admission:
    return ByToken(settings) if settings.oidc_issuer else ByName()


def _unauthorized(detail: str, error: str = "") -> NotAdmitted:
    challenge = ", ".join(filter(None, ('Bearer realm="kenpin"', error)))
    return NotAdmitted(HTTPStatus.UNAUTHORIZED, detail, {"www-authenticate": challenge})
