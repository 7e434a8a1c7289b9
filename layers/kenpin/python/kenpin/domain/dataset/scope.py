"""The scope of each command to a dataset: the state that its decision depends on."""

from typing import assert_never

from kenpin.domain.dataset.commands import (
    AssignGroups,
    AssignSplit,
    CloseAgreementTask,
    CorrectCapture,
    CreateDataset,
    DatasetCommand,
    DismissCandidate,
    EraseImages,
    ExcludeImages,
    JudgeBlind,
    OpenAgreementTask,
    RegisterImages,
    RemoveScale,
    RemoveWindow,
    ReportFieldReturn,
    RequestReadjudication,
    RestoreImages,
    RevertChange,
    ReviewAnnotations,
    SetGrouping,
    SetRegionOfInterest,
    SetScale,
    SetWindow,
    SubmitAnnotations,
    SuggestCandidates,
    TagVersion,
    WithdrawAnnotations,
)
from kenpin.domain.decider import Scope


def scope(command: DatasetCommand) -> Scope:
    """Return the scope of a command. Judgements guard their images; registrations and splits do not."""
    match command:
        case RegisterImages(images=images):
            return Scope(about=tuple(i.image_id for i in images), whole=False)
        case AssignSplit(image_ids=ids):
            return Scope(about=ids, whole=False)
        case AssignGroups():
            return Scope(about=command.image_ids, whole=False)
        case SuggestCandidates(candidates=candidates):
            return Scope(about=tuple(c.image_id for c in candidates), whole=False)
        case RequestReadjudication(items=items):
            return Scope(about=tuple(item.image_id for item in items), whole=False)
        case (
            ExcludeImages(image_ids=ids)
            | RestoreImages(image_ids=ids)
            | EraseImages(image_ids=ids)
            | WithdrawAnnotations(image_ids=ids)
        ):
            return Scope(about=ids, guarded=ids, whole=False)
        case SubmitAnnotations(annotations=annotations):
            ids = tuple(a.image_id for a in annotations)
            return Scope(about=ids, guarded=ids, whole=False)
        case CorrectCapture(image_id=id) | DismissCandidate(image_id=id):
            return Scope(about=(id,), guarded=(id,), whole=False)
        case ReviewAnnotations(reviews=reviews):
            ids = tuple(r.image_id for r in reviews)
            return Scope(about=ids, guarded=ids, whole=False)
        case OpenAgreementTask(task_id=task_id, image_ids=ids):
            return Scope(about=ids, tasks=(task_id,), whole=False)
        case JudgeBlind(task_id=task_id, image_id=id):
            return Scope(about=(id,), tasks=(task_id,), whole=False)
        case CloseAgreementTask(task_id=task_id):
            return Scope(tasks=(task_id,), whole=False)
        case RevertChange(image_undos=image_undos):
            ids = tuple(image_undo.was.image_id for image_undo in image_undos)
            return Scope(about=ids, guarded=ids, whole=False)
        case ReportFieldReturn(image_id=id):
            return Scope(about=(id,), whole=False)
        case (
            CreateDataset()
            | TagVersion()
            | SetGrouping()
            | SetWindow()
            | RemoveWindow()
            | SetRegionOfInterest()
            | SetScale()
            | RemoveScale()
        ):
            return Scope()
        case _:
            assert_never(command)
