"""What is given away once and kept as its digest: codes, refresh tokens, sessions, links."""

import base64
import hashlib
import secrets


def drawn() -> str:
    """256 bits."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """As it is kept. No salt and no stretching: a drawn secret cannot be guessed."""
    return hashlib.sha256(secret.encode()).digest()


def challenge(verifier: str) -> str:
    """RFC 7636, S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
