"""Who asks: people name themselves on one machine; where there is an issuer, a token that it signed says so."""

import asyncio
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, Protocol

from host.gateway import Request
from kenpin.domain.ids import ACTOR
from kenpin.settings import Settings

Claims = Mapping[str, str]
ACTOR_HEADER: Final = "kenpin-actor"
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
    """People name themselves, and whoever can reach the port is believed; reads need no name."""

    async def claims(self, request: Request) -> Claims:
        actor = request.headers.get(ACTOR_HEADER, "")
        if re.fullmatch(ACTOR, actor):
            return {"sub": actor}
        if request.method == "GET":
            return {}
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
        return await asyncio.to_thread(self._verified, token.strip())

    def _verified(self, token: str) -> Claims:
        from host.tokens import InvalidToken, IssuerUnreachable

        try:
            return self._tokens.claims(token)
        except InvalidToken as reason:
            raise _unauthorized(f"{reason}; sign in again", 'error="invalid_token"') from None
        except IssuerUnreachable as reason:
            later = {"retry-after": "5"}
            raise NotAdmitted(HTTPStatus.SERVICE_UNAVAILABLE, f"{reason}; try again", later) from None


def admission(settings: Settings) -> Admission:
    return ByToken(settings) if settings.oidc_issuer else ByName()


def _unauthorized(detail: str, error: str = "") -> NotAdmitted:
    challenge = ", ".join(filter(None, ('Bearer realm="kenpin"', error)))
    return NotAdmitted(HTTPStatus.UNAUTHORIZED, detail, {"www-authenticate": challenge})
