"""Webhooks: the types of their messages, and the addresses that they may have."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

WebhookType = Literal[
    "run.ended",
    "gate.failed",
    "model.promoted",
    "model.rolled_back",
    "model.retired",
    "inspection.ended",
    "images.inspected",
    "intake.rejected",
    "images.suggested",
    "readjudication.requested",
    "field_return.reported",
    "version.tagged",
]
"""Public names of what a webhook tells, told in `docs/guides/webhooks.md`"""

MOST_WEBHOOKS: Final = 20
"""Webhooks that a project may have at a time"""
Ip = IPv4Address | IPv6Address


def check_ip(ip: Ip, scheme: str) -> None:
    """Raise PydanticCustomError where messages may not go to this IP.

    Link-local addresses give away the keys of machines in a cloud. Plain http is for networks of one's own.
    """
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified or (ip.is_reserved and not ip.is_private):
        raise PydanticCustomError("webhook_ip_refused", "no messages are sent to {ip}", {"ip": str(ip)})
    if scheme == "http" and not ip.is_private:
        text = "{ip} is not in a private network: use https"
        raise PydanticCustomError("webhook_needs_https", text, {"ip": str(ip)})


def _checked_address(address: str) -> str:
    """Return the address. Raises ValueError for one that is not plain http or https, or whose IP gets no messages."""
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = None
    if usable and parts.username is not None:
        text = "leave user name and password out of the address; the receiver checks the signature instead"
        raise PydanticCustomError("webhook_has_password", text)
    if not usable or parts.fragment or not address.isascii():
        text = "{address} is no address for a webhook; write one such as https://mes.example.com/kenpin"
        raise PydanticCustomError("not_a_webhook_address", text, {"address": address})
    if ip := _ip_of(parts.hostname or ""):
        check_ip(ip, parts.scheme)
    return address


def _ip_of(host: str) -> Ip | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


WebhookAddress = Annotated[str, Field(max_length=500, pattern=r"^[!-~]+$"), AfterValidator(_checked_address)]
"""An http or https address without a user name, password or fragment"""
