"""Authentication: verifies a token of the issuer that signs people in, or of the node itself.

Machines and scripts send a token that a member made (`kenpin_…`), beside or instead of the issuer's.
"""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from functions.http.access import TOKEN_CLAIM
from functions.manifest import OPEN
from host.gateway import Request
from host.issuer.clients import NODE, issuer_of
from host.tokens import InvalidToken, IssuerUnreachable, verifiers_of
from kenpin.application.execute import SYSTEM
from kenpin.ports import Unavailable
from kenpin.settings import Settings

Claims = Mapping[str, str]
MEMBER_TOKEN_PREFIX: Final = "kenpin_"
"""The prefix of tokens that members make."""


class AuthenticationFailed(Exception):
    """No valid token (401) or no way to check it (503); the message says what to do, `headers` go with the answer."""

    def __init__(self, status: HTTPStatus, detail: str, headers: Mapping[str, str]) -> None:
        super().__init__(detail)
        self.status, self.headers = status, headers


class Authentication:
    """Reads the claims of a request's token. Reads of the API need a token too."""

    def __init__(self, settings: Settings) -> None:
        self._verifiers, self._node_issuer = verifiers_of(settings), issuer_of(settings)

    async def claims(self, request: Request) -> Claims:
        """Return the claims of the caller; empty where none are needed. Raises AuthenticationFailed."""
        if f"{request.method} {request.path}" in OPEN:
            return {}
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise _unauthorized("sign in: this platform wants a token of its issuer (`kenpin login`)")
        check = _member_claims if token.startswith(MEMBER_TOKEN_PREFIX) else self._issuer_claims
        return await asyncio.to_thread(check, token.strip())

    def _issuer_claims(self, token: str) -> Claims:
        try:
            claims = self._verifiers.claims(token)
            if claims["sub"] == SYSTEM and (claims["iss"], claims.get("client_id")) != (
                self._node_issuer,
                NODE,
            ):
                raise InvalidToken(f"{SYSTEM} is the platform itself, and no issuer's subject")
            return {name: value for name, value in claims.items() if name != TOKEN_CLAIM}
        except InvalidToken as reason:
            raise _unauthorized(f"{reason}; sign in again", 'error="invalid_token"') from None
        except IssuerUnreachable as reason:
            later = {"retry-after": "5"}
            raise AuthenticationFailed(
                HTTPStatus.SERVICE_UNAVAILABLE, f"{reason}; try again", later
            ) from None


def _member_claims(token: str) -> Claims:
    """Return the claims of a token that a member made. Raises AuthenticationFailed (401, 503)."""
    from host.member_tokens import claims_of

    try:
        claims = claims_of(token)
    except Unavailable as reason:
        raise AuthenticationFailed(
            HTTPStatus.SERVICE_UNAVAILABLE, f"{reason}; try again", {"retry-after": "1"}
        ) from None
    if claims is None:
        raise _unauthorized("the token is revoked, has expired or never was", 'error="invalid_token"')
    return claims


def _unauthorized(detail: str, error: str = "") -> AuthenticationFailed:
    challenge = ", ".join(filter(None, ('Bearer realm="kenpin"', error)))
    return AuthenticationFailed(HTTPStatus.UNAUTHORIZED, detail, {"www-authenticate": challenge})
