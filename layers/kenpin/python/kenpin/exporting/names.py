"""Names of exported files: safe on every system, and no two alike, also without their suffix or case."""

import re
import unicodedata
from typing import Final

from kenpin.pictures.kinds import SUFFIXES

LONGEST: Final = 120
FORBIDDEN: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


class UniqueNames:
    """Gives each image of an export its file name. The same images in the same order get the same names."""

    def __init__(self) -> None:
        self._taken = set[int]()
        """Hashes, which take less memory than the names."""

    def name_of(self, image_id: str, name: str, media_type: str) -> str:
        """Return the name the image came under, made safe; with digits of its digest where that is taken."""
        stem, suffix = _parts(name, media_type)
        stem = _safe(stem) or image_id[:12]
        if not self._take(stem):
            stem = f"{stem}-{image_id[:12]}"
            if not self._take(stem):
                stem = image_id
        return stem + suffix

    def _take(self, stem: str) -> bool:
        """Return False for a stem that is taken."""
        key = hash(unicodedata.normalize("NFKC", stem).casefold())
        is_free = key not in self._taken
        self._taken.add(key)
        return is_free


def _parts(name: str, media_type: str) -> tuple[str, str]:
    """Return the stem and the suffix; a suffix that other kinds of files have stays in the stem."""
    known = SUFFIXES.get(media_type, ())
    stem, dot, end = name.rpartition(".")
    if dot and f".{end.lower()}" in known:
        return stem, f".{end}"
    return name, known[0] if known else ""


def _safe(stem: str) -> str:
    kept = FORBIDDEN.sub("_", unicodedata.normalize("NFC", stem))
    while len(kept.encode()) > LONGEST:
        kept = kept[:-1]
    kept = kept.strip(". ")
    return f"_{kept}" if RESERVED.fullmatch(kept) else kept
