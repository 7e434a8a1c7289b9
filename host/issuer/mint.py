"""Signs tokens with the claims that Cognito's have, and tokens for the node's own work."""

import secrets
import time
from collections.abc import Generator, Mapping
from typing import Final

import httpx
from joserfc import jwt

from host.issuer.clients import NODE, SCOPE, issuer_of
from host.issuer.keys import SigningKeys
from kenpin.settings import Settings

TOKEN_LIFE_S: Final = 600
"""Time that an access token is valid, and so the longest time until a revocation takes effect."""
RENEW_BEFORE_END_S: Final = 60
SYSTEM: Final = "kenpin"
"""The actor of the platform itself."""


def signed(keys: SigningKeys, issuer: str, claims: Mapping[str, object]) -> str:
    key, now = keys.current(), int(time.time())
    all_claims = {"iss": issuer, "iat": now, "exp": now + TOKEN_LIFE_S, **claims}
    return jwt.encode({"alg": "ES256", "kid": key.kid, "typ": "JWT"}, all_claims, key)


def access_token(keys: SigningKeys, issuer: str, actor: str, client_id: str, auth_time: float) -> str:
    return signed(
        keys,
        issuer,
        {
            **{"sub": actor, "username": actor, "client_id": client_id, "token_use": "access"},
            **{"scope": SCOPE, "jti": secrets.token_hex(12), "auth_time": int(auth_time)},
        },
    )


def mint(settings: Settings, actor: str) -> str:
    """Return a token for `actor`, signed with the key in the data folder, which only the node can read."""
    keys = SigningKeys(settings.data_dir)
    return access_token(keys, issuer_of(settings), actor, NODE, time.time())


class Minting(httpx.Auth):
    """Authentication of the node's own requests, as `actor`. Threads may share it."""

    def __init__(self, settings: Settings, actor: str) -> None:
        self._settings, self._actor = settings, actor
        self._token, self._renew_at = "", 0.0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if time.monotonic() > self._renew_at:
            self._token = mint(self._settings, self._actor)
            self._renew_at = time.monotonic() + TOKEN_LIFE_S - RENEW_BEFORE_END_S
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request
