"""Messages of webhooks with the verdicts of an automatic inspection, a hundred images in each."""

from typing import Final

from kenpin.application.platform_parts import PlatformParts
from kenpin.application.webhook_messages import SCREENS, body_of
from kenpin.domain.event import Recorded
from kenpin.domain.ids import DatasetId, ProjectId, id_of
from kenpin.domain.model.arrivals import MOST_ARRIVALS
from kenpin.domain.model.events import ImagesInspected
from kenpin.domain.model.verdict import verdict_of
from kenpin.domain.webhook import WebhookType
from kenpin.ports import NotFound
from kenpin.projections.database import Row
from kenpin.read_models.intake import event_ids
from kenpin.read_models.models import inspections
from kenpin.read_models.runs import predictions
from kenpin.read_models.webhooks.notes import WebhookMessage

VERDICTS: Final[WebhookType] = "images.inspected"
MOST_IN_A_MESSAGE: Final = 100


class RowsBehind(Exception):
    """The rows of the model do not know the inspection yet: look again later."""


def verdict_messages(
    platform: PlatformParts, fact: Recorded, project_id: ProjectId, dataset_id: DatasetId
) -> list[WebhookMessage]:
    """Return the messages of an automatic inspection; none for another one or another event. Raises RowsBehind."""
    event, model_id = fact.event, id_of(fact.stream)
    if not isinstance(event, ImagesInspected):
        return []
    with platform.database.reading() as sql:
        inspection = inspections.one(sql, model_id, event.inspection_id)
    if inspection is None or inspection["state"] == "working":
        raise RowsBehind
    if inspection["upto"] is None or not event.images:
        return []
    try:
        verdicts = _verdicts(platform, event)
    except NotFound:  # a moved installation may have left the file behind
        return []
    link = platform.settings.public_url.rstrip("/") + SCREENS["model"].format(dataset=dataset_id)
    names = {"project_id": project_id, "dataset_id": dataset_id, "model_id": model_id}
    place = {"stream": fact.stream, "version": fact.version, "link": link}
    told = {**names, "inspection_id": event.inspection_id, "threshold": event.threshold}
    return [
        WebhookMessage(
            f"{fact.event_id}.{number}",
            VERDICTS,
            fact.stream,
            body_of(
                VERDICTS, fact.recorded_at, {**told, "images": verdicts[n : n + MOST_IN_A_MESSAGE], **place}
            ),
        )
        for number, n in enumerate(range(0, len(verdicts), MOST_IN_A_MESSAGE), 1)
    ]


def _verdicts(platform: PlatformParts, event: ImagesInspected) -> list[Row]:
    """Return image, verdict and score, with `source` and `id` of the first event that brought the image."""
    rows = predictions.page(
        platform.objects,
        event.predictions,
        threshold=event.threshold,
        given=predictions.PredictionFilter(),
        order="image",
        limit=MOST_ARRIVALS,
    ).rows
    with platform.database.reading() as sql:
        brought = event_ids.first_of_images(sql, event.dataset_id, [row["image_id"] for row in rows])
    return [
        {
            "image_id": row["image_id"],
            **brought.get(row["image_id"], {}),
            "verdict": verdict_of(row["score"], event.threshold, event.grey_from, row.get("unfamiliar")),
            "score": row["score"],
        }
        for row in rows
    ]
