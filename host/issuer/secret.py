"""Secrets, handed out once and stored as digests; and unverified JWT claims."""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping


def random_secret() -> str:
    """Return a random secret of 256 bits."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """Return the digest that is stored. It needs no salt and no stretching: a random secret cannot be guessed."""
    return hashlib.sha256(secret.encode()).digest()


def challenge(verifier: str) -> str:
    """Return the PKCE challenge of a verifier (RFC 7636, S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def payload(token: str) -> Mapping[str, object]:
    """Return the claims of a JWT, not verified. Raises ValueError when it is none."""
    _, _, rest = token.partition(".")
    part = rest.partition(".")[0]
    claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    if not isinstance(claims, dict):
        raise ValueError("no claims")
    return claims
