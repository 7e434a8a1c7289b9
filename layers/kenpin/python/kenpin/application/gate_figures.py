"""The figures that gates ask for: of a run's evaluations, and of slices of the images that it scored."""

from collections.abc import Sequence
from functools import cache

from msgspec import Struct

from kenpin.domain.catalogue import recorded
from kenpin.domain.gates import AT_THRESHOLD, FoundFigure, GateLimit, GateSlice, MeasureOf
from kenpin.domain.ids import ActorId, RunId, Split, stream_of
from kenpin.domain.run.events import PoolScored, RunEvaluated, RunRequested, RunStarted
from kenpin.domain.run.values import Evaluation
from kenpin.ports import EventStore, NotFound, ObjectStore
from kenpin.read_models.runs.scored_images import scored_images
from kenpin.read_models.runs.slices import SliceFigures, every_slice


class RunFacts(Struct, frozen=True):
    """The person who asked for a run, and what its last attempt measured."""

    requested_by: ActorId
    evaluations: dict[Split, Evaluation]
    predictions: str | None
    """The digest of the file with the scores"""


def run_facts(events: EventStore, run_id: RunId) -> RunFacts:
    requested_by, predictions, evaluations = "", None, dict[Split, Evaluation]()
    for commit in events.read(stream_of("run", run_id)):
        for each in recorded(commit):
            match each.event:
                case RunRequested():
                    requested_by = each.context.actor
                case RunStarted():
                    evaluations, predictions = {}, None
                case RunEvaluated(evaluation=evaluation):
                    evaluations[evaluation.split] = evaluation
                case PoolScored(predictions=digest):
                    predictions = digest
                case _:
                    pass
    return RunFacts(requested_by, evaluations, predictions)


def measure_of(facts: RunFacts, threshold: float, objects: ObjectStore) -> MeasureOf:
    """Return the measure of a model with this threshold. The scores are read once for each split and condition."""

    @cache
    def slices(split: Split, by: GateSlice) -> list[SliceFigures]:
        if facts.predictions is None:
            return []
        try:
            images = scored_images(objects, facts.predictions, split, (by,)).table
        except NotFound:
            return []
        return every_slice(images, (by,), threshold)

    def measure(gate: GateLimit) -> FoundFigure | None:
        if gate.slice_by is not None:
            return _of_slices(gate, slices(gate.split, gate.slice_by))
        return _of_all_images(gate, facts.evaluations.get(gate.split), threshold)

    return measure


def _of_all_images(gate: GateLimit, evaluation: Evaluation | None, threshold: float) -> FoundFigure | None:
    if evaluation is None or (gate.metric in AT_THRESHOLD and evaluation.threshold != threshold):
        return None
    figure: float | None = getattr(evaluation, gate.metric)
    return None if figure is None else FoundFigure(figure)


def _of_slices(gate: GateLimit, slices: Sequence[SliceFigures]) -> FoundFigure | None:
    """Return the figure of the gate's slice, or of the worst one."""
    found = {each.values[0]: getattr(each, gate.metric) for each in slices}
    if gate.slice_value is not None:
        found = {gate.slice_value: found.get(gate.slice_value)}
    measured = [FoundFigure(figure, value) for value, figure in found.items() if figure is not None]
    worst = max if gate.direction == "at_most" else min
    return worst(measured, key=lambda each: each.figure, default=None)
