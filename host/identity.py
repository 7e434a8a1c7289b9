"""Who asks: a token says so, of the issuer that signs people in, or of the node itself."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from host.gateway import Request
from host.tokens import InvalidToken, IssuerUnreachable, issuers_of
from kenpin.settings import Settings

Claims = Mapping[str, str]
OPEN: Final = frozenset({("GET", "/v1/health")})
"""What anybody may ask."""


class NotAdmitted(Exception):
    """The message says what to do; `headers` go with the answer."""

    def __init__(self, status: HTTPStatus, detail: str, headers: Mapping[str, str]) -> None:
        super().__init__(detail)
        self.status, self.headers = status, headers


class Admission:
    """Nothing but a token is believed, and reads need one too."""

    def __init__(self, settings: Settings) -> None:
        self._issuers = issuers_of(settings)

    async def claims(self, request: Request) -> Claims:
        """Who asks the API for this; nothing where nobody need say. Raises NotAdmitted."""
        if (request.method, request.path) in OPEN:
            return {}
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise _unauthorized("sign in: this platform wants a token of its issuer (`kenpin login`)")
        return await asyncio.to_thread(self._verified, token.strip())

    def _verified(self, token: str) -> Claims:
        try:
            return self._issuers.claims(token)
        except InvalidToken as reason:
            raise _unauthorized(f"{reason}; sign in again", 'error="invalid_token"') from None
        except IssuerUnreachable as reason:
            later = {"retry-after": "5"}
            raise NotAdmitted(HTTPStatus.SERVICE_UNAVAILABLE, f"{reason}; try again", later) from None


def _unauthorized(detail: str, error: str = "") -> NotAdmitted:
    challenge = ", ".join(filter(None, ('Bearer realm="kenpin"', error)))
    return NotAdmitted(HTTPStatus.UNAUTHORIZED, detail, {"www-authenticate": challenge})
