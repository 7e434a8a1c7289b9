"""Reads a folder of images: `ok/` and `ng/` (and `hold/`) below it, or unlabelled ones.

`ng/scratch/a.png` is NG of the class scratch; `train/`, `validation/` and `test/` assign the split.
"""

from collections.abc import Iterator
from pathlib import Path

from host.importers.entry import DefectShape, Problem, SourceEntry, Unreadable, slug
from kenpin.domain.ids import Split, Verdict

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


def read(folder: Path) -> Iterator[SourceEntry | Problem]:
    """One SourceEntry per image file, by path; other files are passed over. Raises Unreadable."""
    if not folder.is_dir():
        raise Unreadable(f"{folder} is no folder; name the one that holds the images")
    paths = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES and path.is_file()]
    if not paths:
        raise Unreadable(f"no images in {folder}; kenpin reads {', '.join(sorted(SUFFIXES))}")
    for path in paths:
        yield _entry(path, path.relative_to(folder).parent.parts)


def _entry(path: Path, folders: tuple[str, ...]) -> SourceEntry:
    verdict, split, defects = None, None, tuple[DefectShape, ...]()
    for name in folders:
        if verdict == "NG":
            defects = (DefectShape(slug(name), name),)
        verdict = verdict or VERDICTS.get(name.lower())
        split = split or SPLITS.get(name.lower())
    return SourceEntry(path=path, name=path.name, verdict=verdict, defects=defects, split=split)
