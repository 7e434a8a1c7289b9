"""Webhooks: the types of their messages, and the addresses that they may have."""

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
    "images.suggested",
    "readjudication.requested",
    "field_return.reported",
    "version.tagged",
]
"""Public names of what a webhook tells, told in `docs/guides/webhooks.md`"""

MOST_WEBHOOKS: Final = 20
"""Webhooks that a project may have at a time"""


def _checked_address(address: str) -> str:
    """Return the address. Raises ValueError for one that is not plain http or https."""
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = None
    if not usable or parts.username is not None or parts.fragment or not address.isascii():
        text = "{address} is no address for a webhook; write one such as https://mes.example.com/kenpin"
        raise PydanticCustomError("not_a_webhook_address", text, {"address": address})
    return address


WebhookAddress = Annotated[str, Field(max_length=500, pattern=r"^[!-~]+$"), AfterValidator(_checked_address)]
"""An http or https address without a user name, password or fragment"""
