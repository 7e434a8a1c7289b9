"""Post a message to a webhook: to an address that was checked after its name was resolved, without redirects."""

import ipaddress
import socket
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import httpx
from pydantic_core import PydanticCustomError

from kenpin.application.webhooks import PostAnswer
from kenpin.domain.webhook import Ip, check_ip

TIMEOUT_S: Final = 5.0
"""Time for the connection, and for each part of the answer"""


class NotAllowed(Exception):
    """The address may not get messages; the message says why."""


def post(address: str, headers: Mapping[str, str], body: bytes) -> PostAnswer:
    """Post the body. The answer is its status; nothing of its content is read."""
    try:
        url, host = checked(address)
        sent = {**headers, "host": host}
        with (
            httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False) as client,
            client.stream(
                "POST",
                url,
                headers=sent,
                content=body,
                extensions={"sni_hostname": urlsplit(address).hostname},
            ) as answer,
        ):
            return PostAnswer(answer.is_success, status_text(answer.status_code))
    except NotAllowed as reason:
        return PostAnswer(False, str(reason))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return PostAnswer(False, type(error).__name__)


def status_text(status: int) -> str:
    """Return a status with its standard phrase, such as `404 Not Found`."""
    known = {each.value: each.phrase for each in HTTPStatus}
    return f"{status} {known.get(status, '')}".strip()


def checked(address: str) -> tuple[str, str]:
    """Return the address with an IP in place of its name, and the header Host. Raises NotAllowed.

    The connection goes to the IP that was checked: the name cannot lead elsewhere in the meantime.
    """
    parts = urlsplit(address)
    name, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    ip = _resolved(name, port)
    try:
        check_ip(ip, parts.scheme)
    except PydanticCustomError as reason:
        raise NotAllowed(reason.message()) from None
    at = f"[{ip}]" if ip.version == 6 else str(ip)
    return parts._replace(netloc=f"{at}:{port}").geturl(), parts.netloc


def _resolved(name: str, port: int) -> Ip:
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotAllowed(f"{name} has no address") from None
    return ipaddress.ip_address(str(found[0][4][0]).partition("%")[0])
