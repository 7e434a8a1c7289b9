"""Reactor to models: a requested inspection becomes a job."""

from kenpin.application.reactors.orders import Order
from kenpin.domain.event import Recorded
from kenpin.domain.model.events import InspectionRequested
from kenpin.ports import Job


def react(recorded: Recorded, model_id: str) -> list[Order]:
    match recorded.event:
        case InspectionRequested() as asked:
            return [job(asked, model_id, recorded)]
        case _:
            return []


def job(asked: InspectionRequested, model_id: str, fact: Recorded) -> Job:
    arguments: dict[str, str | int | None] = {
        "inspection_id": asked.inspection_id,
        "image_ids": " ".join(asked.image_ids),
        "after": asked.after,
        "upto": asked.upto,
    }
    job_id = job_id_of(asked.inspection_id)
    return Job.requested(job_id, "inspect", model_id, arguments, project=asked.project_id, by=fact.context)


def job_id_of(inspection_id: str) -> str:
    return f"inspect-{inspection_id}"
