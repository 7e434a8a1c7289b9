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
    """Order a readjudication. Nobody has judged by a new class; for book-wide rules, people ask themselves."""
    match recorded.event:
        case DefectClassRevised() | DefectClassRetired() | LimitSampleApproved() | LimitSampleWithdrawn():
            return [ReadjudicateProject(project_id)]
        case _:
            return []


def job(fact: Recorded, project_id: ProjectId, dataset_id: DatasetId, run_id: RunId | None) -> Job:
    """Return the job of one dataset. Its id is derived from fact and dataset, so a repeat queues nothing."""
    id = derived_id(fact.event_id, dataset_id)
    arguments: dict[str, str | int | None] = {
        "readjudication_id": id,
        "project_version": fact.version,
        "run_id": run_id,
    }
    return Job.requested(
        f"readjudicate-{id}", "readjudicate", dataset_id, arguments, project=project_id, by=fact.context
    )
