"""Inspections of images by a model: ask the training container for scores."""

from collections.abc import Sequence

from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.decider import Scope
from kenpin.domain.event import Context
from kenpin.domain.ids import ImageId, ModelId, ProjectId
from kenpin.domain.model.decider import model
from kenpin.domain.model.refusals import ModelIsRetired, NoSuchModel
from kenpin.ports import Job


def request_inspection(
    platform: PlatformParts,
    model_id: ModelId,
    project_id: ProjectId,
    inspection_id: str,
    image_ids: Sequence[ImageId],
    by: Context,
) -> Job:
    """Queue the job that scores images; without `image_ids`, those that the model has not scored yet.

    Raises NoSuchModel, ModelIsRetired.
    """
    state = platform.commands.state(model, model_id, Scope())
    if not state.version:
        raise NoSuchModel
    if state.retired:
        raise ModelIsRetired
    arguments: dict[str, str | int | None] = {
        "inspection_id": inspection_id,
        "image_ids": " ".join(dict.fromkeys(image_ids)),
    }
    job = Job.requested(f"inspect-{inspection_id}", "inspect", model_id, arguments, project=project_id, by=by)
    platform.jobs.send(job)
    return job
