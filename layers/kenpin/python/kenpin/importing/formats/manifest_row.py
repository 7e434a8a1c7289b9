"""The fields that Kenpin's own manifests have, in CSV and JSON Lines alike, and the entry that they make."""

from collections.abc import Mapping
from posixpath import basename
from typing import Final

from msgspec import Struct

from kenpin.domain.dataset.values import Capture
from kenpin.domain.ids import Split
from kenpin.importing.entry import DefectShape, SourceEntry
from kenpin.importing.faults import Fault, InvalidItem
from kenpin.importing.gathering import verdict_by
from kenpin.importing.image_index import ImageIndex
from kenpin.importing.splits import WORDS

CAPTURE: Final = Capture.__struct_fields__
MOST_CHARACTERS: Final = 64


class ManifestRow(Struct):
    """All that a manifest says of one image. `path`: that of the image in the tree."""

    path: str
    verdict: str = ""
    defects: tuple[DefectShape, ...] = ()
    split: str = ""
    group: str = ""
    capture: Mapping[str, str] = {}


def image_of(file: str, split: str, near: str, images: ImageIndex) -> str:
    """Return the path of the image that a row of the manifest `near` names. Raises InvalidItem."""
    return images.find(file, near, WORDS.get(_folded(split)))


def entry_of(row: ManifestRow) -> SourceEntry:
    """Return the entry of a row; its verdict is a word, and NG where it only names defects."""
    words = (row.verdict,) if row.verdict else ()
    return SourceEntry(
        path=row.path,
        name=basename(row.path),
        capture=_checked(row.capture),
        verdict=verdict_by(row.defects, words),
        words=words,
        defects=row.defects,
        split=_split(row.split),
        group=row.group,
    )


def _split(word: str) -> Split | None:
    if not word:
        return None
    if (split := WORDS.get(_folded(word))) is None:
        raise InvalidItem(Fault.UNKNOWN_SPLIT, word=word[:40])
    return split


def _folded(word: str) -> str:
    return word.strip().lower()


def _checked(capture: Mapping[str, str]) -> Mapping[str, str]:
    for name, text in capture.items():
        if len(text) > MOST_CHARACTERS:
            bad = InvalidItem(Fault.TOO_MANY_CHARACTERS, name=name, count=len(text), most=MOST_CHARACTERS)
            raise bad.within(Fault.IN_CAPTURE)
    return capture
