"""Entries of an import on the wire: an image of the source with what is known of it."""

from typing import Annotated, Literal

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from kenpin.domain.ids import Split, Verdict
from kenpin.importing.entry import DefectShape, MaskFile, MaskRuns, SourceEntry

Number = Annotated[float, Field(ge=-1e12, le=1e12)]
ColourValue = Annotated[int, Field(ge=0, le=255)]
RgbColour = tuple[ColourValue, ColourValue, ColourValue]
Length = Annotated[int, Field(ge=0, lt=2**31)]


class ImportPart(BaseModel):
    """A part of an entry, which a plan answers and labels send back."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class ImportMaskFile(ImportPart):
    """A picture of the source: pixels of `colour`, of palette index `index`, or all but 0 are defect."""

    path: str
    colour: RgbColour | None = None
    index: Annotated[int, Field(ge=0, le=65535)] | None = None
    others: list[RgbColour] = []
    """Other listed colours: a pixel belongs to the nearest one"""


class ImportMaskRuns(ImportPart):
    """Runs of pixels, off and on in turn, down the columns from the upper left corner."""

    width: Length
    height: Length
    counts: list[Length]


class ImportDefect(ImportPart):
    class_name: str
    box: tuple[Number, Number, Number, Number] | None = None
    """x, y, width, height"""
    polygon: list[tuple[Number, Number]] | None = None
    mask: ImportMaskFile | ImportMaskRuns | None = None
    unit: Literal["pixel", "share"] = "pixel"
    """`share`: box and polygon are shares of the image's width and height"""


class ImportEntry(ImportPart):
    """One image of the source. `verdict` is None where nobody has judged it."""

    path: str
    name: str
    capture: dict[str, str] = {}
    verdict: Verdict | None = None
    defects: list[ImportDefect] = []
    split: Split | None = None
    group: str = ""
    reason: str = ""


def entry_to_send(entry: SourceEntry) -> ImportEntry:
    fields: dict[str, object] = msgspec.to_builtins(entry)
    return ImportEntry.model_validate({name: fields[name] for name in ImportEntry.model_fields})


def entry_received(entry: ImportEntry) -> SourceEntry:
    fields = dict(entry) | {"defects": tuple(map(_shape, entry.defects))}
    return SourceEntry(**fields)


def _shape(defect: ImportDefect) -> DefectShape:
    polygon = None if defect.polygon is None else tuple(defect.polygon)
    return DefectShape(defect.class_name, defect.box, polygon, _mask(defect.mask), defect.unit)


def _mask(mask: ImportMaskFile | ImportMaskRuns | None) -> MaskFile | MaskRuns | None:
    match mask:
        case ImportMaskFile():
            return MaskFile(mask.path, mask.colour, mask.index, tuple(mask.others))
        case ImportMaskRuns():
            return MaskRuns(mask.width, mask.height, tuple(mask.counts))
    return None
