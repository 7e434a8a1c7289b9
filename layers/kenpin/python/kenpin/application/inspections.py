"""Inspections of images by a model: ask for scores, which the training container makes."""

from collections.abc import Sequence

from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.event import Context
from kenpin.domain.ids import ImageId, ModelId
from kenpin.domain.model.commands import RequestInspection
from kenpin.domain.model.decider import model


def request_inspection(
    platform: PlatformParts,
    model_id: ModelId,
    inspection_id: str,
    image_ids: Sequence[ImageId],
    by: Context,
) -> None:
    """Ask for scores of images; without `image_ids`, of those that the model has not scored yet.

    Raises NoSuchModel, ModelIsRetired.
    """
    command = RequestInspection(inspection_id=inspection_id, image_ids=tuple(dict.fromkeys(image_ids)))
    platform.commands.execute(model, model_id, command, by=by)
