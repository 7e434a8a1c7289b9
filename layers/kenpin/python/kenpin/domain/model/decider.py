"""The rules of a model: it is registered once, and a retired one is not promoted."""

from typing import assert_never

from msgspec.structs import replace

from kenpin.domain.decider import Decider
from kenpin.domain.model.commands import (
    ChooseThreshold,
    ModelCommand,
    PromoteModel,
    RegisterModel,
    ReportExport,
    ReportInspection,
    RetireModel,
)
from kenpin.domain.model.events import (
    ImagesInspected,
    ModelEvent,
    ModelExported,
    ModelPromoted,
    ModelRegistered,
    ModelRetired,
    ThresholdChosen,
)
from kenpin.domain.model.refusals import ModelIsRetired, NoSuchModel
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
            return [] if inspection_id in state.inspections else [ImagesInspected(**command.model_dump())]
        case _ if state.retired:
            raise ModelIsRetired
        case ChooseThreshold(threshold=threshold, reason=reason):
            return (
                [] if threshold == state.threshold else [ThresholdChosen(threshold=threshold, reason=reason)]
            )
        case PromoteModel(stage=stage, reason=reason):
            return [] if stage == state.stage else [ModelPromoted(stage=stage, reason=reason)]
        case _:
            assert_never(command)


def evolve(state: ModelState, event: ModelEvent) -> ModelState:
    return replace(_change(state, event), version=state.version + 1)


def _change(state: ModelState, event: ModelEvent) -> ModelState:
    match event:
        case ModelRegistered(threshold=threshold) | ThresholdChosen(threshold=threshold):
            return replace(state, threshold=threshold)
        case ModelPromoted(stage=stage):
            return replace(state, stage=stage)
        case ModelRetired():
            return replace(state, retired=True)
        case ModelExported(export_id=export_id):
            return replace(state, exports=state.exports | {export_id})
        case ImagesInspected(inspection_id=inspection_id):
            return replace(state, inspections=state.inspections | {inspection_id})
        case _:
            assert_never(event)


model = Decider(category="model", initial=ModelState(), decide=decide, evolve=evolve)
