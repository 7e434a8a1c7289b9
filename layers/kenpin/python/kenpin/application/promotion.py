"""Promotion of models: compare their figures with the project's gates, put them into production, and roll back."""

from msgspec import Struct
from msgspec.structs import replace

from kenpin.application.execute import RequestContext
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.catalogue import recorded
from kenpin.domain.decider import Scope
from kenpin.domain.gates import AT_THRESHOLD, Figures, GateReport, Metric, check_gates
from kenpin.domain.ids import ActorId, DatasetId, ModelId, RunId, Split, stream_of
from kenpin.domain.model.commands import EvaluateGates, PromoteModel, RollBackModel
from kenpin.domain.model.decider import model
from kenpin.domain.model.events import ModelRegistered, Stage
from kenpin.domain.model.refusals import NoGates, NoSuchModel, NothingToRollBackTo, NotInProduction
from kenpin.domain.model.state import ModelState
from kenpin.domain.project.decider import project
from kenpin.domain.project.state import ProjectState
from kenpin.domain.run.events import RunEvaluated, RunRequested, RunStarted
from kenpin.domain.run.values import Evaluation
from kenpin.ports import Appended
from kenpin.read_models.models import history


class RunFacts(Struct, frozen=True):
    """The person who asked for a run, and its evaluations by split."""

    requested_by: ActorId
    evaluations: dict[Split, Evaluation]


def evaluate_gates(platform: PlatformParts, model_id: ModelId, request: RequestContext) -> Appended:
    """Compare the model with its project's gates. Raises NoSuchModel, NoGates, and what a command raises."""
    state, registered = _registered(platform, model_id)
    facts = run_facts(platform, registered.run_id)
    if (report := gate_report(_project(platform, registered), state, facts)) is None:
        raise NoGates(registered.project_id)
    command = EvaluateGates(report=report)
    return platform.commands.execute_request(model, model_id, command, _at(request, state))


def promote_model(
    platform: PlatformParts,
    model_id: ModelId,
    stage: Stage,
    reason: str,
    override_reason: str,
    request: RequestContext,
) -> Appended:
    """Put the model into a stage; production needs passed gates, or a reason to do without.

    Raises NoSuchModel, GatesNotPassed, SecondPersonNeeded, and what a command raises.
    """
    state, registered = _registered(platform, model_id)
    command = PromoteModel(stage=stage, reason=reason, override_reason=override_reason)
    if stage == "production":
        command = _with_gates(platform, state, registered, command, request.by.actor)
    return platform.commands.execute_request(model, model_id, command, _at(request, state))


def _with_gates(
    platform: PlatformParts,
    state: ModelState,
    registered: ModelRegistered,
    command: PromoteModel,
    promoter: ActorId,
) -> PromoteModel:
    standard = _project(platform, registered)
    facts = run_facts(platform, registered.run_id)
    asks_second = standard.gates is not None and standard.gates.second_person
    with platform.database.reading() as sql:
        standing = history.standing(history.stages(sql, registered.dataset_id, None))
    current = standing[-1] if standing else None
    return command.model_copy(
        update={
            "report": gate_report(standard, state, facts),
            "needs_second_person": asks_second and promoter == facts.requested_by,
            "replaced_by": current if current != registered.model_id else None,
        }
    )


def roll_back(
    platform: PlatformParts, dataset_id: DatasetId, model_id: ModelId, reason: str, request: RequestContext
) -> Appended:
    """Put the model in production back; the one that was promoted before it is in production again.

    Raises NotInProduction, NothingToRollBackTo, and what a command raises.
    """
    known = request.key and platform.events.appended(stream_of("model", model_id), request.key)
    if known:
        return known
    with platform.database.reading() as sql:
        standing = history.standing(history.stages(sql, dataset_id, None))
    if model_id not in standing[-1:]:
        raise NotInProduction(model_id, standing[-1] if standing else None)
    if len(standing) == 1:
        raise NothingToRollBackTo(model_id)
    command = RollBackModel(back_to=standing[-2], reason=reason)
    return platform.commands.execute_request(model, model_id, command, request)


def gate_report(standard: ProjectState, state: ModelState, facts: RunFacts) -> GateReport | None:
    """Return the results of the project's gates for a model; None where the project sets none."""
    if standard.gates is None or not standard.gates.limits:
        return None
    results = check_gates(standard.gates.limits, _figures(facts, state.threshold))
    return GateReport(project_version=standard.gates_version, threshold=state.threshold, results=results)


def _figures(facts: RunFacts, threshold: float) -> Figures:
    return {split: _figures_of(found, threshold) for split, found in facts.evaluations.items()}


def _figures_of(found: Evaluation, threshold: float) -> dict[Metric, float | None]:
    """Return the figures of an evaluation; rates of another threshold are not those of the model."""
    figures: dict[Metric, float | None] = {
        "auroc": found.auroc,
        "auroc_low": found.auroc_low,
        "average_precision": found.average_precision,
        "average_precision_low": found.average_precision_low,
        "pixel_auroc": found.pixel_auroc,
        "aupro": found.aupro,
        "iou": found.iou,
        "region_recall": found.region_recall,
        "escape_rate": found.escape_rate,
        "escape_bound": found.escape_bound,
        "overkill_rate": found.overkill_rate,
        "overkill_bound": found.overkill_bound,
    }
    if found.threshold == threshold:
        return figures
    return {metric: None if metric in AT_THRESHOLD else figure for metric, figure in figures.items()}


def run_facts(platform: PlatformParts, run_id: RunId) -> RunFacts:
    """Read who asked for a run, and the evaluations of its last attempt."""
    requested_by, evaluations = "", dict[Split, Evaluation]()
    for commit in platform.events.read(stream_of("run", run_id)):
        for each in recorded(commit):
            match each.event:
                case RunRequested():
                    requested_by = each.context.actor
                case RunStarted():
                    evaluations = {}
                case RunEvaluated(evaluation=evaluation):
                    evaluations[evaluation.split] = evaluation
                case _:
                    pass
    return RunFacts(requested_by, evaluations)


def _registered(platform: PlatformParts, model_id: ModelId) -> tuple[ModelState, ModelRegistered]:
    state = platform.commands.state(model, model_id, Scope())
    if state.registered is None:
        raise NoSuchModel
    return state, state.registered


def _project(platform: PlatformParts, registered: ModelRegistered) -> ProjectState:
    return platform.commands.state(project, registered.project_id, Scope())


def _at(request: RequestContext, state: ModelState) -> RequestContext:
    """Return the request bound to the state that its figures are of."""
    return request if request.expected is not None else replace(request, expected=state.version)
