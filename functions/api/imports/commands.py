"""Imports: plan one from paths and annotation files, then send its labels."""

from typing import Annotated, Final, Self

import msgspec
from pydantic import BaseModel, ConfigDict, Field, model_validator

from functions.api.imports.answers import (
    ImportClass,
    ImportedLabel,
    ImportedLabels,
    ImportFaultPart,
    ImportSummary,
    PlannedImport,
)
from functions.api.imports.entries import ImportEntry, ImportPart, entry_received, entry_to_send
from functions.http.errors import UnreadableSource
from functions.http.request import caller
from functions.http.resolver import new_router
from functions.rights import RIGHTS
from kenpin.application.import_labels import ImageLabels, LabelResult, LabelSource, import_labels
from kenpin.application.import_plan import SourcePlan, plan_import
from kenpin.bootstrap import platform
from kenpin.domain.command import Digest
from kenpin.domain.commit import MAX_ENTITIES
from kenpin.importing.entry import Unreadable
from kenpin.importing.faults import Fault, FaultPart, InvalidItem
from kenpin.importing.tree import ListedTree

router = new_router()
MAX_FILES: Final = 10_000
MAX_TEXT_BYTES: Final = 4 * 1024**2
"""Of all annotation files together: a Lambda function takes 6 MB at most."""
SourceName = Annotated[str, Field(min_length=1, max_length=255)]
SourcePath = Annotated[str, Field(min_length=1, max_length=1024)]
WordText = Annotated[str, Field(max_length=255)]


class ListedSource(BaseModel):
    """The paths of a source, and the content of its annotation files."""

    model_config = ConfigDict(extra="forbid")

    source: SourceName
    files: Annotated[tuple[SourcePath, ...], Field(max_length=MAX_FILES)]
    texts: dict[SourcePath, str] = {}
    """Path → content of each annotation file: .json .jsonl .csv .txt .xml .yaml .yml .manifest"""
    answers: dict[WordText, WordText] = {}
    """Word of a question → OK, NG, NG:class, HOLD, none or skip"""
    format: Annotated[str, Field(max_length=32)] = ""
    """Empty: recognised by the files"""

    @model_validator(mode="after")
    def _can_be_read_at_once(self) -> Self:
        if (size := sum(len(text.encode()) for text in self.texts.values())) > MAX_TEXT_BYTES:
            raise ValueError(
                f"the annotation files have {size / 1024**2:.1f} MB together; 4 MB are the most in one request. "
                "Import in parts"
            )
        return self


class SourceLabels(ImportPart):
    """An image of the dataset, and the entry that the plan gave for it."""

    image_id: Digest
    entry: ImportEntry


class LabelImport(BaseModel):
    model_config = ConfigDict(extra="forbid")

    source: SourceName
    split_rule: Annotated[str, Field(min_length=1, max_length=200)] = "given at import"
    masks: dict[str, Digest] = {}
    """Path → digest of the masks that are files; upload them as images are"""
    items: Annotated[tuple[SourceLabels, ...], Field(min_length=1, max_length=MAX_ENTITIES)]


@router.post("/datasets/<dataset_id>/imports/plan", tags=["imports"])
def plan_source(dataset_id: str, body: ListedSource) -> PlannedImport:
    """Plan an import: what is understood of a source, what is asked, and its entries. Nothing is stored."""
    tree = ListedTree(body.source, body.files, body.texts)
    try:
        return _planned(plan_import(platform(), dataset_id, tree, body.answers, body.format))
    except Unreadable as reason:
        raise UnreadableSource(str(reason), msgspec.to_builtins(reason.parts)) from None


@router.post("/datasets/<dataset_id>/imports/labels", status_code=201, tags=["imports"])
def label_images(dataset_id: str, body: LabelImport) -> ImportedLabels:
    """Put images into their splits and judge them, each for itself; what has a split or a verdict keeps it."""
    labels = [ImageLabels(each.image_id, entry_received(each.entry)) for each in body.items]
    source = LabelSource(body.source, body.split_rule, body.masks)
    report = import_labels(platform(), dataset_id, labels, source, by=caller())
    items = [_result(each) for each in report.items]
    return ImportedLabels(stream=report.stream, version=report.version, items=items)


def _result(found: LabelResult) -> ImportedLabel:
    detail, parts = _lacking(found.lacks) if found.lacks else (found.detail, found.parts)
    return ImportedLabel(
        image_id=found.image_id,
        outcome=found.outcome,
        detail=detail,
        parts=[ImportFaultPart.model_validate(msgspec.to_builtins(each)) for each in parts],
        clipped=found.clipped,
        split=found.split,
        differs=found.differs,
    )


def _lacking(class_name: str) -> tuple[str, tuple[FaultPart, ...]]:
    roles = " or ".join(sorted(RIGHTS["POST /v1/projects/<project_id>/defect-classes"]))
    bad = InvalidItem(Fault.CLASS_LACKING, name=class_name, roles=roles)
    return str(bad), bad.parts


def _planned(found: SourcePlan) -> PlannedImport:
    return PlannedImport(
        plan=ImportSummary.model_validate(msgspec.to_builtins(found.plan)),
        classes=[ImportClass.model_validate(msgspec.to_builtins(each)) for each in found.classes],
        items=[entry_to_send(each) for each in found.entries],
    )
