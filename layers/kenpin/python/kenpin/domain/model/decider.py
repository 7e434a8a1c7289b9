"""The rules of a model: it is registered once, passes gates before production, and is not promoted once retired."""

from typing import assert_never

from msgspec.structs import replace

from kenpin.domain.decider import Decider
from kenpin.domain.model.commands import (
    ChooseThreshold,
    EvaluateGates,
    FailInspection,
    ModelCommand,
    PromoteModel,
    RegisterModel,
    ReportExport,
    ReportInspection,
    RequestInspection,
    RetireModel,
    RollBackModel,
)
from kenpin.domain.model.events import (
    GatesEvaluated,
    ImagesInspected,
    InspectionFailed,
    InspectionRequested,
    ModelEvent,
    ModelExported,
    ModelPromoted,
    ModelRegistered,
    ModelRetired,
    ModelRolledBack,
    ThresholdChosen,
)
from kenpin.domain.model.refusals import GatesNotPassed, ModelIsRetired, NoSuchModel, SecondPersonNeeded
from kenpin.domain.model.state import ModelState


def decide(state: ModelState, command: ModelCommand) -> list[ModelEvent]:
    match command:
        case RegisterModel():
            return [] if state.version else [ModelRegistered(**command.model_dump())]
        case _ if state.version == 0:
            raise NoSuchModel
        case RetireModel(reason=reason):
            return [] if state.retired else [ModelRetired(reason=reason)]
        case ReportExport():
            return [] if command.export_id in state.exports else [ModelExported(**command.model_dump())]
        case ReportInspection(inspection_id=inspection_id):
            is_done = state.inspections.get(inspection_id) == "done"
            return [] if is_done else [ImagesInspected(**command.model_dump())]
        case FailInspection(inspection_id=inspection_id, reason=reason):
            is_working = state.inspections.get(inspection_id) == "working"
            return [InspectionFailed(inspection_id=inspection_id, reason=reason)] if is_working else []
        case _ if state.retired:
            raise ModelIsRetired
        case RequestInspection():
            return [] if command.inspection_id in state.inspections else [_requested(state, command)]
        case ChooseThreshold(threshold=threshold, reason=reason, grey_from=grey_from):
            return (
                []
                if (threshold, grey_from) == (state.threshold, state.grey_from)
                else [ThresholdChosen(threshold=threshold, reason=reason, grey_from=grey_from)]
            )
        case EvaluateGates(report=report):
            return [] if report == state.report else [GatesEvaluated(report=report)]
        case PromoteModel(stage=stage):
            stands = stage == state.stage and not command.replaced_by
            return [] if stands else _promote(command)
        case RollBackModel(back_to=back_to, reason=reason):
            is_candidate = state.stage == "candidate"
            return [] if is_candidate else [ModelRolledBack(back_to=back_to, reason=reason)]
        case _:
            assert_never(command)


def _requested(state: ModelState, command: RequestInspection) -> InspectionRequested:
    assert state.registered is not None, "a model with a version is registered"
    return InspectionRequested(
        project_id=state.registered.project_id, dataset_id=state.registered.dataset_id, **command.model_dump()
    )


def _promote(command: PromoteModel) -> list[ModelEvent]:
    if command.stage == "candidate":
        return [ModelPromoted(stage="candidate", reason=command.reason)]
    if command.needs_second_person:
        raise SecondPersonNeeded
    failed = command.report.failed() if command.report else ()
    if failed and not command.override_reason:
        raise GatesNotPassed(failed)
    overridden = command.override_reason if failed else ""
    promoted = ModelPromoted(stage="production", reason=command.reason, override_reason=overridden)
    return [GatesEvaluated(report=command.report), promoted] if command.report else [promoted]


def evolve(state: ModelState, event: ModelEvent) -> ModelState:
    return replace(_change(state, event), version=state.version + 1)


def _change(state: ModelState, event: ModelEvent) -> ModelState:
    match event:
        case ModelRegistered(threshold=threshold):
            return replace(state, registered=event, threshold=threshold)
        case ThresholdChosen(threshold=threshold, grey_from=grey_from):
            return replace(state, threshold=threshold, grey_from=grey_from)
        case GatesEvaluated(report=report):
            return replace(state, report=report)
        case ModelPromoted(stage=stage):
            return replace(state, stage=stage)
        case ModelRolledBack():
            return replace(state, stage="candidate")
        case ModelRetired():
            return replace(state, retired=True)
        case ModelExported(export_id=export_id, format=format, digest=digest):
            onnx_export = digest if format == "onnx" else state.onnx_export
            return replace(state, exports=state.exports | {export_id}, onnx_export=onnx_export)
        case InspectionRequested(inspection_id=inspection_id):
            return replace(state, inspections=state.inspections.insert(inspection_id, "working"))
        case ImagesInspected(inspection_id=inspection_id):
            return replace(state, inspections=state.inspections.insert(inspection_id, "done"))
        case InspectionFailed(inspection_id=inspection_id):
            return replace(state, inspections=state.inspections.insert(inspection_id, "failed"))
        case _:
            assert_never(event)


model = Decider(category="model", initial=ModelState(), decide=decide, evolve=evolve)
