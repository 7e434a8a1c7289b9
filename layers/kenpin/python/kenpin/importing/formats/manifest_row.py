"""The fields that Kenpin's own manifests have, in CSV and JSON Lines alike, and the entry that they make."""

from collections.abc import Mapping
from posixpath import basename
from typing import Final

import msgspec
from msgspec import Struct

from kenpin.domain.dataset.values import Capture
from kenpin.domain.ids import Split
from kenpin.importing.entry import DefectShape, SourceEntry
from kenpin.importing.gathering import verdict_by
from kenpin.importing.image_index import ImageIndex
from kenpin.importing.json_values import InvalidItem
from kenpin.importing.splits import WORDS

CAPTURE: Final = Capture.__struct_fields__


class ManifestRow(Struct):
    """All that a manifest says of one image."""

    file: str
    verdict: str = ""
    defects: tuple[DefectShape, ...] = ()
    split: str = ""
    group: str = ""
    capture: Mapping[str, str] = {}


def entry_of(row: ManifestRow, near: str, images: ImageIndex) -> SourceEntry:
    """Return the entry of a row; its verdict is a word, and NG where it only names defects."""
    split = _split(row.split)
    words = (row.verdict,) if row.verdict else ()
    path = images.find(row.file, near, split)
    return SourceEntry(
        path=path,
        name=basename(path),
        capture=_checked(row.capture),
        verdict=verdict_by(row.defects, words),
        words=words,
        defects=row.defects,
        split=split,
        group=row.group,
    )


def _split(word: str) -> Split | None:
    if not word:
        return None
    if (split := WORDS.get(word.strip().lower())) is None:
        raise InvalidItem(f"split {word[:40]} is none of train, validation and test")
    return split


def _checked(capture: Mapping[str, str]) -> Mapping[str, str]:
    try:
        msgspec.convert(capture, Capture)
    except msgspec.ValidationError as error:
        raise InvalidItem(f"capture: {error}") from None
    return capture
