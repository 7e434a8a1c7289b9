"""The platform that the environment names (KENPIN_URL), and who asks it."""

from __future__ import annotations

import os

from host.cli.client import Client
from host.cli.credentials import credentials

DEFAULT_URL = "http://127.0.0.1:8000"


def connect() -> Client:
    """A client for this person. Its packages take 0.5 s to import, which `--help` need not wait for."""

    url = server_url()
    return Client(url, credentials(url))


def server_url(given: str = "") -> str:
    return (given or os.environ.get("KENPIN_URL") or DEFAULT_URL).rstrip("/")
