"""Reads a folder of images: `ok/` and `ng/` (and `hold/`) below it, or unlabelled ones.

`ng/scratch/a.png` is NG of the class scratch; `train/`, `validation/` and `test/` assign the split.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from kenpin.domain.ids import Split, Verdict
from kenpin.importing.entry import DefectShape, SourceEntry, Unreadable
from kenpin.importing.tree import Tree

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"}
VERDICTS: dict[str, Verdict] = {
    "ok": "OK",
    "good": "OK",
    "normal": "OK",
    "ng": "NG",
    "anomaly": "NG",
    "hold": "HOLD",
}
SPLITS: dict[str, Split] = {"train": "train", "validation": "validation", "test": "test"}


def read(tree: Tree) -> Iterator[SourceEntry]:
    """One SourceEntry per image file, by path; other files are passed over. Raises Unreadable."""
    paths = [path for path in map(PurePosixPath, tree.paths()) if path.suffix.lower() in SUFFIXES]
    if not paths:
        raise Unreadable(f"no images in {tree.name}; kenpin reads {', '.join(sorted(SUFFIXES))}")
    for path in paths:
        yield _entry(path)


def _entry(path: PurePosixPath) -> SourceEntry:
    verdict, split, defects = None, None, tuple[DefectShape, ...]()
    for name in path.parent.parts:
        if verdict == "NG":
            defects = (DefectShape(name),)
        verdict = verdict or VERDICTS.get(name.lower())
        split = split or SPLITS.get(name.lower())
    return SourceEntry(path=str(path), name=path.name, verdict=verdict, defects=defects, split=split)
