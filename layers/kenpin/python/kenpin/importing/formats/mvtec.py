"""Reads MVTec AD, MVTec LOCO AD and BTAD: `train/good`, `test/<defect>`, and masks in `ground_truth/<defect>`."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from msgspec import Struct

from kenpin.domain.ids import Split
from kenpin.importing.entry import DefectShape, MaskFile, SourceEntry
from kenpin.importing.formats.folder import images
from kenpin.importing.tree import Tree
from kenpin.importing.words import folded, is_context, split_of, verdict_of

TITLE: Final = "MVTec AD, LOCO or BTAD"


class _Place(Struct, frozen=True):
    """The place of an image in the layout."""

    category: str
    split: Split | None
    """None: a mask."""
    folder: str
    stem: str


def recognises(tree: Tree) -> bool:
    """Only good images are learnt from, and a folder below `test` or `ground_truth` names a defect."""
    places = [_place(path) for path in images(tree)]
    if not places or None in places:
        return False
    known = [place for place in places if place]
    learnt = {verdict_of(place.folder) for place in known if place.split in ("train", "validation")}
    tested = {place.folder for place in known if place.split == "test"}
    has_masks = any(place.split is None for place in known)
    named = any(verdict_of(folder) is None and not is_context(folder) for folder in tested)
    return learnt <= {"OK"} and bool(tested) and (has_masks or (named and learnt == {"OK"}))


def read(tree: Tree) -> Iterator[SourceEntry]:
    """Yield one entry per image: its split, and NG of the class that its folder names, with its masks."""
    paths, masks = images(tree), defaultdict[tuple[str, str, str], list[str]](list)
    for path in paths:
        if (place := _place(path)) and place.split is None:
            masks[place.category, place.folder, place.stem].append(path)
    for path in paths:
        if (place := _place(path)) and place.split:
            yield _entry(path, place, masks[place.category, place.folder, place.stem])


def _entry(path: str, place: _Place, masks: list[str]) -> SourceEntry:
    verdict = verdict_of(place.folder)
    shapes = [DefectShape(place.folder, mask=MaskFile(mask)) for mask in masks]
    if verdict is None and not shapes:
        shapes = [DefectShape(place.folder)]
    if verdict == "OK":
        shapes = []
    return SourceEntry(
        path=path,
        name=PurePosixPath(path).name,
        verdict=verdict or "NG",
        defects=tuple(shapes),
        split=place.split,
        capture={"product": place.category[-64:]} if place.category else {},
    )


def _place(path: str) -> _Place | None:
    """`bottle/test/broken/000.png`; LOCO has `ground_truth/<defect>/000/000.png`, several masks per image."""
    *folders, file = path.split("/")
    stem = PurePosixPath(file).stem
    for at, name in enumerate(folders):
        category, below = "/".join(folders[:at]), folders[at + 1 :]
        if split_of(name) and len(below) == 1:
            return _Place(category, split_of(name), below[0], stem)
        if folded(name) == "ground truth" and len(below) in (1, 2):
            return _Place(
                category, None, below[0], below[1] if len(below) == 2 else stem.removesuffix("_mask")
            )
    return None
