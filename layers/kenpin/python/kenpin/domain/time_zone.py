"""Time zones by their names in the database of IANA."""

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ValueError(f"{name} is no time zone; write one such as Asia/Tokyo or Europe/Berlin") from None
    return name


ZoneName = Annotated[str, AfterValidator(_known_zone)]
"""Such as Asia/Tokyo"""
