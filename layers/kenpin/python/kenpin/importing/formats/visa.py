"""Reads VisA: `Data/Images/Normal` and `Anomaly`, masks in `Data/Masks/Anomaly`, kinds in `image_anno.csv`."""

import csv
import io
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from kenpin.domain.ids import Split, Verdict
from kenpin.importing.entry import DefectShape, MaskFile, SourceEntry
from kenpin.importing.formats.folder import images
from kenpin.importing.tree import Tree
from kenpin.importing.words import split_of

TITLE: Final = "VisA"
VERDICTS: Final[dict[str, Verdict]] = {"normal": "OK", "anomaly": "NG"}


def recognises(tree: Tree) -> bool:
    paths = images(tree)
    return bool(paths) and all(_parts(path) for path in paths)


def read(tree: Tree) -> Iterator[SourceEntry]:
    """Yield one entry per image; an anomaly without one named kind has its mask under the class `Anomaly`."""
    kinds, splits = _kinds(tree), _splits(tree)
    masks = {_key(path): path for path in images(tree) if "/Masks/" in f"/{path}"}
    for path in images(tree):
        parts = _parts(path)
        if parts and parts[1] == "Images":
            verdict = VERDICTS[parts[2].lower()]
            shapes = _shapes(masks.get(_key(path)), kinds.get(path, [])) if verdict == "NG" else ()
            name = PurePosixPath(path).name
            capture = {"product": parts[0][-64:]} if parts[0] else {}
            yield SourceEntry(path, name, capture, verdict, defects=shapes, split=splits.get(path))


def _shapes(mask: str | None, kinds: list[str]) -> tuple[DefectShape, ...]:
    if mask is None:
        return tuple(map(DefectShape, kinds))
    if len(kinds) == 1:
        return (DefectShape(kinds[0], mask=MaskFile(mask)),)
    return (DefectShape("Anomaly", mask=MaskFile(mask)), *map(DefectShape, kinds))


def _parts(path: str) -> tuple[str, str, str] | None:
    """Return the category, `Images` or `Masks`, and `Normal` or `Anomaly`."""
    *category, data, kind, label, _ = ("", "", "", *path.split("/"))[-max(4, path.count("/") + 1) :]
    fits = data == "Data" and kind in ("Images", "Masks") and label.lower() in VERDICTS
    return ("/".join(filter(None, category)), kind, label) if fits else None


def _key(path: str) -> tuple[str, str]:
    return path.split("Data/")[0], PurePosixPath(path).stem


def _kinds(tree: Tree) -> dict[str, list[str]]:
    """Return the kinds of anomaly of each image, from every `image_anno.csv`."""
    found = {}
    for row in _rows(tree, "image_anno.csv"):
        names = [name.strip() for name in row.get("label", "").split(",")]
        found[row.get("image", "")] = [name for name in names if name and name.lower() != "normal"]
    return found


def _splits(tree: Tree) -> dict[str, Split]:
    rows = _rows(tree, "1cls.csv")
    return {row.get("image", ""): split for row in rows if (split := split_of(row.get("split", "")))}


def _rows(tree: Tree, name: str) -> Iterator[dict[str, str]]:
    for path in tree.paths():
        if PurePosixPath(path).name == name:
            with tree.open(path) as file:
                text = file.read().decode("utf-8-sig", "replace")
            for row in csv.DictReader(io.StringIO(text)):
                yield {key: value for key, value in row.items() if isinstance(value, str)}
