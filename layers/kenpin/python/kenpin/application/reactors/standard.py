"""Reactor to changes of the label standard: it asks for a re-adjudication in every dataset of the project."""

from kenpin.application.reactors.orders import Order, ReadjudicateProject
from kenpin.domain.event import Recorded
from kenpin.domain.ids import DatasetId, ProjectId, RunId, derived_id
from kenpin.domain.project.events import (
    DefectClassRetired,
    DefectClassRevised,
    LimitSampleApproved,
    LimitSampleWithdrawn,
)
from kenpin.ports import Job


def react(recorded: Recorded, project_id: str) -> list[Order]:
    """A class that is new moves no border: nobody judged by it. Book-wide rules concern whoever asks by hand."""
    match recorded.event:
        case DefectClassRevised() | DefectClassRetired() | LimitSampleApproved() | LimitSampleWithdrawn():
            return [ReadjudicateProject(project_id)]
        case _:
            return []


def job(fact: Recorded, project_id: ProjectId, dataset_id: DatasetId, run_id: RunId | None) -> Job:
    """Make the job of one dataset; its name follows from the fact and the dataset, so that it is asked for once."""
    id = derived_id(fact.event_id, dataset_id)
    arguments: dict[str, str | int | None] = {
        "readjudication_id": id,
        "project_version": fact.version,
        "run_id": run_id,
    }
    return Job.requested(
        f"readjudicate-{id}", "readjudicate", dataset_id, arguments, project=project_id, by=fact.context
    )
