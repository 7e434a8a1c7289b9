"""Answers about imports, field by field."""

from typing import Literal

from pydantic import BaseModel

from functions.api.imports.entries import ImportEntry
from kenpin.domain.ids import Split, Verdict


class ImportCount(BaseModel):
    """Images of one split, verdict and class. An image with two classes counts in both."""

    split: Split | None
    verdict: Verdict | None
    class_name: str
    images: int


class ImportQuestion(BaseModel):
    """A word that somebody must give a meaning to, by one of the choices."""

    word: str
    why: str
    images: int
    examples: list[str]
    choices: list[str]


class ImportPassedOver(BaseModel):
    """Files that are not read, for one reason."""

    why: str
    files: int
    examples: list[str]


class ImportFaultPart(BaseModel):
    """A code that browsers translate, and its parameters. The first parts of a fault name the place."""

    code: str
    parameters: dict[str, str]


class ImportProblem(BaseModel):
    """An image that cannot be imported; the others can."""

    where: str
    what: str
    parts: list[ImportFaultPart]
    """The codes of `what`"""
    place: list[ImportFaultPart]
    """The codes of `where`; empty where that is a path alone"""


class ImportSummary(BaseModel):
    """All that an import would bring in, counted, and all that it would not."""

    source: str
    layout: str
    images: int
    counts: list[ImportCount]
    boxes: int
    polygons: int
    masks: int
    class_names: list[str]
    questions: list[ImportQuestion]
    passed_over: list[ImportPassedOver]
    problems: list[ImportProblem]


class ImportClass(BaseModel):
    """A class that the source names, and the id that it has, or would get, in the project."""

    name: str
    class_id: str
    is_new: bool


class PlannedImport(BaseModel):
    """The plan of an import. `items` is empty while there are questions."""

    plan: ImportSummary
    classes: list[ImportClass]
    items: list[ImportEntry]


class ImportedLabel(BaseModel):
    image_id: str
    outcome: Literal["judged", "already_judged", "unjudged", "rejected"]
    detail: str = ""
    parts: list[ImportFaultPart] = []
    """The codes of `detail`, where the image is rejected"""
    clipped: bool
    """A shape went beyond the picture and was cut off there"""
    split: bool
    """This request put the image into its split"""
    differs: str = ""
    """The verdicts or splits of what stands and of the source, where they differ"""


class ImportedLabels(BaseModel):
    """The results of the images, in their order."""

    stream: str
    version: int
    items: list[ImportedLabel]
