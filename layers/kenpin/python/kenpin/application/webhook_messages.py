"""Messages of webhooks: the events that they tell, each with ids and a link."""

from datetime import UTC, datetime
from typing import Final

import msgspec

from kenpin.domain.dataset.events import (
    CandidatesSuggested,
    FieldReturnReported,
    ReadjudicationRequested,
    VersionTagged,
)
from kenpin.domain.event import Event, Recorded, type_of
from kenpin.domain.ids import DatasetId, ProjectId, id_of
from kenpin.domain.model.events import (
    GatesEvaluated,
    ImagesInspected,
    InspectionFailed,
    ModelPromoted,
    ModelRetired,
    ModelRolledBack,
)
from kenpin.domain.run.events import RunCancelled, RunFailed, RunSucceeded
from kenpin.domain.webhook import WebhookType
from kenpin.projections.database import Row
from kenpin.read_models.webhooks.notes import WebhookMessage

Data = dict[str, object]

TYPES: Final[dict[type[Event], WebhookType]] = {
    RunSucceeded: "run.ended",
    RunFailed: "run.ended",
    RunCancelled: "run.ended",
    GatesEvaluated: "gate.failed",
    ModelPromoted: "model.promoted",
    ModelRolledBack: "model.rolled_back",
    ModelRetired: "model.retired",
    ImagesInspected: "inspection.ended",
    InspectionFailed: "inspection.ended",
    CandidatesSuggested: "images.suggested",
    ReadjudicationRequested: "readjudication.requested",
    FieldReturnReported: "field_return.reported",
    VersionTagged: "version.tagged",
}
"""Event → the type of its message"""
TOLD: Final = tuple(type_of(event) for event in TYPES)
"""Names of the events that may be told"""
SCREENS: Final = {
    "run": "/runs/{id}",
    "model": "/datasets/{dataset}/models",
    "dataset": "/datasets/{dataset}/gallery",
}
"""Category of stream → the screen of the browser UI that a message links to"""


def message_of(
    fact: Recorded, project_id: ProjectId, dataset_id: DatasetId, ui: str
) -> WebhookMessage | None:
    """Return the message that tells the event; None for an event that no webhook tells. `ui`: the public address."""
    type = TYPES.get(fact.event.__class__)
    told = _told(fact.event) if type else None
    if type is None or told is None:
        return None
    category, id = fact.stream.partition("-")[0], id_of(fact.stream)
    data: Data = {
        "project_id": project_id,
        "dataset_id": dataset_id,
        **({} if category == "dataset" else {f"{category}_id": id}),
        **told,
        "stream": fact.stream,
        "version": fact.version,
        "link": ui.rstrip("/") + SCREENS[category].format(id=id, dataset=dataset_id),
    }
    return WebhookMessage(fact.event_id, type, fact.stream, body_of(type, fact.recorded_at, data))


def rejection_message(row: Row, ui: str) -> WebhookMessage:
    """Return the message that tells a rejected arrival. Those of one source are in order."""
    type: WebhookType = "intake.rejected"
    names = ("project_id", "dataset_id", "rejected_id", "source", "reason")
    data: Data = {name: row[name] for name in names}
    data |= {"id": row["event_id"], "link": ui.rstrip("/") + "/intake"}
    return WebhookMessage(
        row["message_id"], type, f"intake {row['source']}", body_of(type, row["first_at"], data)
    )


def body_of(type: str, at: datetime, data: Data) -> str:
    """Return the body in the form of Standard Webhooks."""
    timestamp = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return msgspec.json.encode({"type": type, "timestamp": timestamp, "data": data}).decode()


def _told(event: Event) -> Data | None:
    """Return what the message says beside ids of the stream; None when the event is not worth one."""
    told: Data | None = None
    match event:
        case RunSucceeded():
            told = {"outcome": "succeeded"}
        case RunFailed(final=True):
            told = {"outcome": "failed"}
        case RunCancelled():
            told = {"outcome": "cancelled"}
        case GatesEvaluated(report=report) if report.failed():
            told = {"failed": [result.gate.metric for result in report.failed()]}
        case ModelPromoted(stage=stage):
            told = {"stage": stage}
        case ModelRolledBack(back_to=back_to):
            told = {"back_to": back_to}
        case ModelRetired():
            told = {}
        case _:
            told = _told_of_images(event)
    return told


def _told_of_images(event: Event) -> Data | None:
    told: Data | None = None
    match event:
        case ImagesInspected() as done:
            counts: Data = {"images": done.images, "judged_ng": done.judged_ng}
            told = {"inspection_id": done.inspection_id, "outcome": "succeeded", **counts}
        case InspectionFailed(inspection_id=inspection_id):
            told = {"inspection_id": inspection_id, "outcome": "failed"}
        case CandidatesSuggested(suggestion_id=suggestion_id, candidates=candidates) if candidates:
            told = {"suggestion_id": suggestion_id, "images": len(candidates)}
        case ReadjudicationRequested(readjudication_id=readjudication_id, items=items) if items:
            told = {"readjudication_id": readjudication_id, "images": len(items)}
        case FieldReturnReported() as found:
            told = {"return_id": found.return_id, "image_id": found.image_id, "verdict": found.verdict}
        case VersionTagged(name=name, tagged_version=version):
            told = {"name": name, "tagged_version": version}
    return told
