"""The platform of the environment (KENPIN_URL) and a client for it."""

from __future__ import annotations

import os

from host.cli.client import Client
from host.cli.credentials import credentials

DEFAULT_URL = "http://127.0.0.1:8000"


def connect() -> Client:
    """Return a client for the person or machine of this environment."""

    url = server_url()
    return Client(url, credentials(url))


def server_url(given: str = "") -> str:
    return (given or os.environ.get("KENPIN_URL") or DEFAULT_URL).rstrip("/")
