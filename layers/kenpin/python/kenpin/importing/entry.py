"""The items that every reader yields: an image with what is known of it, or a problem and its place."""

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct

from kenpin.domain.ids import Split, Verdict
from kenpin.importing.faults import Fault, FaultPart, InvalidItem, part_of
from kenpin.importing.tree import Tree

Colour = tuple[int, int, int]


class MaskFile(Struct, frozen=True):
    """A picture of the tree that marks pixels: those of `colour`, those of palette index `index`, or all but 0."""

    path: str
    colour: Colour | None = None
    index: int | None = None
    others: tuple[Colour, ...] = ()
    """The other listed colours, the background's too: a pixel belongs to the nearest one."""


class MaskRuns(Struct, frozen=True):
    """Runs of pixels, off and on in turn, down the columns from the upper left corner (COCO's uncompressed RLE)."""

    width: int
    height: int
    counts: tuple[int, ...]


class DefectShape(Struct, frozen=True):
    """One defect as the source tells it: a class, and at most one of box, polygon and mask."""

    class_name: str
    box: tuple[float, float, float, float] | None = None
    """x, y, width, height"""
    polygon: tuple[tuple[float, float], ...] | None = None
    """Its corners"""
    mask: MaskFile | MaskRuns | None = None
    unit: Literal["pixel", "share"] = "pixel"
    """Unit of box and polygon. `share` is of the image's width and height, for formats that name no size."""


class SourceEntry(Struct, frozen=True):
    """One image of a source. `verdict` is None where nobody has judged it."""

    path: str
    """Path in the tree."""
    name: str
    capture: Mapping[str, str] = {}
    verdict: Verdict | None = None
    words: tuple[str, ...] = ()
    """Words that may say a verdict or a class, as written, outermost first; the plan decides what they mean."""
    defects: tuple[DefectShape, ...] = ()
    split: Split | None = None
    group: str = ""
    reason: str = ""


class Problem(Struct, frozen=True):
    """One image that cannot be imported; the others can."""

    where: str
    what: str
    parts: tuple[FaultPart, ...] = ()
    """The codes of `what`; empty where nobody translates it"""
    place: tuple[FaultPart, ...] = ()
    """The codes of `where`; empty where that is a path alone"""


def problem_of(
    path: str, bad: InvalidItem, place: FaultPart | None = None, kind: type[Problem] = Problem
) -> Problem:
    """Return the problem with a file, or with an item at this place of it."""
    if place is None:
        return kind(path, str(bad), bad.parts)
    return kind(f"{path} {place}", str(bad), bad.parts, (part_of(Fault.IN_FILE, path=path), place))


class Source(Struct, frozen=True):
    """The entries of a source, with the tree that holds their files and the rule of their splits."""

    tree: Tree
    entries: Sequence[SourceEntry | Problem]
    split_rule: str


class Unreadable(Exception):
    """The source as a whole cannot be read. The message says what, where and what to do."""

    def __init__(self, message: str, parts: tuple[FaultPart, ...] = ()) -> None:
        super().__init__(message)
        self.parts = parts


def unreadable(fault: Fault, **parameters: object) -> Unreadable:
    """Return the error of a source with this fault."""
    bad = InvalidItem(fault, **parameters)
    return Unreadable(str(bad), bad.parts)
