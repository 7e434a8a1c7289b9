"""The split that the name of a folder or annotation file says."""

import re
from typing import Final

from kenpin.domain.ids import Split

WORDS: Final[dict[str, Split]] = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
    "testing": "test",
}

DARKNET: Final = re.compile(r"^obj_(\w+)_data$")
"""Folders of YOLO 1.1, as `obj_train_data`."""


def split_in(name: str) -> Split | None:
    """Return the split that the name of a file says, as `instances_train2017`; None where it says none, or two."""
    found = {WORDS[word] for word in re.findall("[a-z]+", name.lower()) if word in WORDS}
    return found.pop() if len(found) == 1 else None


def split_in_path(path: str) -> Split | None:
    """Return the split that folders such as `train` or `val2017` name; None where they name none, or two."""
    names = (DARKNET.sub(r"\1", folder.lower()).rstrip("0123456789_-") for folder in path.split("/")[:-1])
    found = {WORDS[name] for name in names if name in WORDS}
    return found.pop() if len(found) == 1 else None
