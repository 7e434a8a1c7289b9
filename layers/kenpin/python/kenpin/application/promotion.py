"""Promotion of models: compare their figures with the project's gates, put them into production, and roll back."""

from msgspec.structs import replace

from kenpin.application.execute import RequestContext
from kenpin.application.gate_figures import RunFacts, measure_of, run_facts
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.decider import Scope
from kenpin.domain.gates import GateReport, check_gates
from kenpin.domain.ids import ActorId, DatasetId, ModelId, stream_of
from kenpin.domain.model.commands import EvaluateGates, PromoteModel, RollBackModel
from kenpin.domain.model.decider import model
from kenpin.domain.model.events import ModelRegistered, Stage
from kenpin.domain.model.refusals import NoGates, NoSuchModel, NothingToRollBackTo, NotInProduction
from kenpin.domain.model.state import ModelState
from kenpin.domain.project.decider import project
from kenpin.domain.project.state import ProjectState
from kenpin.ports import Appended
from kenpin.read_models.models import history


def evaluate_gates(platform: PlatformParts, model_id: ModelId, request: RequestContext) -> Appended:
    """Compare the model with its project's gates. Raises NoSuchModel, NoGates, and what a command raises."""
    state, registered = _registered(platform, model_id)
    facts = run_facts(platform.events, registered.run_id)
    if (report := gate_report(platform, _project(platform, registered), state, facts)) is None:
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
    facts = run_facts(platform.events, registered.run_id)
    asks_second = standard.gates is not None and standard.gates.second_person
    with platform.database.reading() as sql:
        standing = history.standing(history.stages(sql, registered.dataset_id, None))
    current = standing[-1] if standing else None
    return command.model_copy(
        update={
            "report": gate_report(platform, standard, state, facts),
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


def gate_report(
    platform: PlatformParts, standard: ProjectState, state: ModelState, facts: RunFacts
) -> GateReport | None:
    """Return the results of the project's gates for a model; None where the project sets none."""
    if standard.gates is None or not standard.gates.limits:
        return None
    results = check_gates(standard.gates.limits, measure_of(facts, state.threshold, platform.objects))
    return GateReport(project_version=standard.gates_version, threshold=state.threshold, results=results)


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
