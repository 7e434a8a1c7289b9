"""The clients that may ask the issuer for tokens, and their redirect addresses."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from kenpin.settings import Settings

UI: Final = "kenpin-ui"
CLI: Final = "kenpin-cli"
NODE: Final = "kenpin-node"
"""The client of tokens that the node signs for itself; nobody can ask for it."""
SCOPE: Final = "openid"
LOOPBACK: Final = re.compile(r"http://(localhost|127\.0\.0\.1):\d{1,5}/callback")
"""The redirect address of a command line: its own listener on any port (RFC 8252, 7.3)."""


@dataclass(frozen=True)
class OAuthClient:
    """A public client: it proves itself by PKCE alone."""

    client_id: str
    redirect: re.Pattern[str]
    lasts: timedelta
    """Time after the last renewal when a sign-in ends."""


def issuer_of(settings: Settings) -> str:
    return f"{settings.public_url.rstrip('/')}/issuer"


def clients_of(settings: Settings) -> dict[str, OAuthClient]:
    home = re.compile(re.escape(f"{settings.public_url.rstrip('/')}/signed-in"))
    known = (OAuthClient(UI, home, timedelta(hours=12)), OAuthClient(CLI, LOOPBACK, timedelta(days=30)))
    return {client.client_id: client for client in known}
