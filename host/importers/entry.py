"""The items that every reader yields: an image with what is known of it, or a problem and its place."""

import re
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from kenpin.domain.ids import Split, Verdict

Colour = tuple[int, int, int]


class DefectShape(Struct, frozen=True):
    """One defect as the source tells it. A mask is the part of `mask` that has `colour`."""

    class_id: str
    class_name: str
    box: tuple[float, float, float, float] | None = None
    """x, y, width, height in pixels"""
    mask: Path | None = None
    colour: Colour | None = None


class SourceEntry(Struct, frozen=True):
    """One image of a source. `verdict` is None where nobody has judged it."""

    path: Path
    name: str
    capture: Mapping[str, str] = {}
    verdict: Verdict | None = None
    defects: tuple[DefectShape, ...] = ()
    split: Split | None = None
    reason: str = ""


class Problem(Struct, frozen=True):
    """One image that cannot be imported; the others can."""

    where: str
    what: str


class Unreadable(Exception):
    """The source as a whole cannot be read. The message says what, where and what to do."""


def slug(text: str) -> str:
    """`Broken Edge` → `broken-edge`; what has no Latin letter or digit becomes `class-<hex>`."""
    words = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:63]
    return words or f"class-{text.encode().hex()[:12]}"
