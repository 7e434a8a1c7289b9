"""Layout that several formats share: folders of splits, numbers and lines of JSON."""

import json
from collections.abc import Mapping
from typing import Final, get_args

from kenpin.domain.ids import Split, Verdict
from kenpin.exporting.exported import Export, ExportedImage

SPLIT_FOLDERS: Final[Mapping[Split | None, str]] = {
    "train": "train",
    "validation": "val",
    "test": "test",
    None: "default",
}
"""The usual names of splits in other tools; images without one are in `default`."""


def folder_of(image: ExportedImage) -> str:
    return SPLIT_FOLDERS[image.split]


def label_names(export: Export) -> list[str]:
    """Return the labels of a format that says verdicts by labels: the classes, then the verdicts."""
    return list(dict.fromkeys((*export.classes, *get_args(Verdict))))


def number(value: float) -> str:
    """Return the shortest text that reads back as the same number."""
    return str(int(value)) if value == int(value) else repr(float(value))


def json_bytes(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def is_clear(image: ExportedImage) -> bool:
    """Return True where an image without a shape means a good one: OK, or NG with a defect that has a place."""
    if image.verdict == "NG":
        return any(defect.box or defect.polygon or defect.mask for defect in image.defects)
    return image.verdict == "OK"
