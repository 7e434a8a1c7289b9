"""The rules of a run: one attempt at a time, and no change after its end."""

from typing import assert_never

from msgspec.structs import replace

from kenpin.domain.decider import Decider
from kenpin.domain.run.commands import (
    CancelRun,
    CompleteEpoch,
    FailRun,
    ReportEvaluation,
    ReportPoolScored,
    ReportProgress,
    RequestRun,
    RetryRun,
    RunCommand,
    RunReport,
    StartRun,
    SucceedRun,
)
from kenpin.domain.run.events import (
    EpochCompleted,
    PoolScored,
    RunCancelled,
    RunEvaluated,
    RunEvent,
    RunFailed,
    RunRequested,
    RunRetried,
    RunStarted,
    RunSucceeded,
    StageProgressed,
)
from kenpin.domain.run.refusals import (
    NoSuchRun,
    RunExists,
    RunIsNotOver,
    RunIsOver,
    RunIsQueued,
    StaleAttempt,
)
from kenpin.domain.run.state import RunState


def decide(state: RunState, command: RunCommand) -> list[RunEvent]:
    if state.version == 0 and not isinstance(command, RequestRun):
        raise NoSuchRun
    match command:
        case RequestRun():
            if state.version:
                raise RunExists(command.run_id)
            return [RunRequested(**(dict(command) | {"recipe": command.recipe.model_dump()}))]
        case StartRun(attempt=attempt):
            if state.status in ("succeeded", "cancelled"):
                raise RunIsOver(state.status)
            if attempt != state.attempt + 1:
                raise StaleAttempt(attempt, state.attempt)
            return [RunStarted(**dict(command))]
        case FailRun():
            return _fail(state, command)
        case RetryRun(reason=reason):
            if state.status == "queued":
                return []
            if state.status != "failed":
                raise RunIsNotOver(state.status)
            return [RunRetried(reason=reason, project_id=_request(state).project_id)]
        case CancelRun(reason=reason):
            if state.status == "cancelled":
                return []
            if state.status in ("succeeded", "failed"):
                raise RunIsOver(state.status)
            return [RunCancelled(reason=reason)]
        case _:
            return _report(state, command)


def _fail(state: RunState, command: FailRun) -> list[RunEvent]:
    if state.status == "failed":
        return []
    if state.status in ("succeeded", "cancelled"):
        raise RunIsOver(state.status)
    if command.attempt < state.attempt:
        raise StaleAttempt(command.attempt, state.attempt)
    event = RunFailed(**dict(command))
    return [] if _report_key(event) in state.reported else [event]


def _report(state: RunState, command: RunReport) -> list[RunEvent]:
    if state.status in ("failed", "cancelled"):
        raise RunIsOver(state.status)
    if command.attempt != state.attempt:
        raise StaleAttempt(command.attempt, state.attempt)
    event = _reported(state, command)
    if _report_key(event) in state.reported:
        return []
    if state.status == "succeeded":
        raise RunIsOver(state.status)
    if state.status == "queued":
        raise RunIsQueued
    return [event]


def _reported(state: RunState, command: RunReport) -> RunEvent:
    match command:
        case ReportProgress():
            return StageProgressed(**dict(command))
        case CompleteEpoch():
            return EpochCompleted(**dict(command))
        case ReportEvaluation():
            return RunEvaluated(**dict(command))
        case ReportPoolScored():
            return PoolScored(**dict(command))
        case SucceedRun():
            return _succeeded(state, command)
        case _:
            assert_never(command)


def _succeeded(state: RunState, command: SucceedRun) -> RunSucceeded:
    asked = _request(state)
    return RunSucceeded(
        run_id=asked.run_id, project_id=asked.project_id, dataset_id=asked.dataset_id, **dict(command)
    )


def _request(state: RunState) -> RunRequested:
    assert state.requested is not None
    return state.requested


def _report_key(event: RunEvent) -> str:
    """Return a name that is equal for a repeated report."""
    match event:
        case StageProgressed(stage=stage, done=done):
            return f"{stage} {done}"
        case EpochCompleted(epoch=epoch):
            return f"epoch {epoch}"
        case RunEvaluated(evaluation=evaluation):
            return f"evaluated {evaluation.split}"
        case RunFailed(attempt=attempt, final=final):
            return f"failed {attempt} {final}"
        case _:
            return type(event).__name__


def evolve(state: RunState, event: RunEvent) -> RunState:
    return replace(_change(state, event), version=state.version + 1)


def _change(state: RunState, event: RunEvent) -> RunState:
    reported = state.reported | {_report_key(event)}
    match event:
        case RunRequested():
            return replace(state, status="queued", requested=event, asked_at=state.version + 1)
        case RunStarted(attempt=attempt):
            return replace(state, status="running", attempt=attempt, reported=frozenset())
        case StageProgressed() | EpochCompleted() | RunEvaluated() | PoolScored():
            return replace(state, reported=reported)
        case RunSucceeded():
            return replace(state, status="succeeded", reported=reported)
        case RunFailed(final=final):
            return replace(state, status="failed" if final else "queued", reported=reported)
        case RunRetried():
            return replace(state, status="queued", asked_at=state.version + 1, reported=frozenset())
        case RunCancelled():
            return replace(state, status="cancelled")
        case _:
            assert_never(event)


run = Decider(category="run", initial=RunState(), decide=decide, evolve=evolve)
