"""Reactor to runs: a requested run becomes a job, a successful one a model."""

from kenpin.application.reactors.orders import Order, SendCommand
from kenpin.domain.event import Recorded
from kenpin.domain.model.commands import RegisterModel
from kenpin.domain.model.decider import model
from kenpin.domain.run.events import RunRequested, RunRetried, RunSucceeded
from kenpin.ports import Job


def react(recorded: Recorded, run_id: str) -> list[Order]:
    match recorded.event:
        case RunRequested(project_id=project_id) | RunRetried(project_id=project_id):
            by = recorded.context
            return [Job.requested(recorded.event_id, "train", run_id, {}, project=project_id, by=by)]
        case RunSucceeded() as event:
            registered = RegisterModel(
                model_id=event.run_id,
                project_id=event.project_id,
                dataset_id=event.dataset_id,
                run_id=event.run_id,
                artifact=event.artifact,
                threshold=event.threshold,
            )
            return [SendCommand(model, event.run_id, registered)]
        case _:
            return []
