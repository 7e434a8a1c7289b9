"""The platform of the environment (KENPIN_URL) and a client for it."""

from __future__ import annotations

import os
import re

from host.cli.client import Client
from host.cli.credentials import credentials
from host.cli.failures import Refused

ADDRESS = re.compile(r"https?://[^/\s]")
DEFAULT_URL = "http://127.0.0.1:8000"


def connect() -> Client:
    """Return a client for the person or machine of this environment."""

    url = server_url()
    return Client(url, credentials(url))


def server_url(given: str = "") -> str:
    """Return the address of the platform. Raises Refused for what is none."""
    url = (given or os.environ.get("KENPIN_URL") or DEFAULT_URL).rstrip("/")
    if not ADDRESS.match(url):
        raise Refused(f"{url} is no address of a platform; write one such as {DEFAULT_URL}")
    return url
