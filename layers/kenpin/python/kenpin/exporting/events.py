"""Events and images for analysis: CloudEvents as JSON lines, and rows for Parquet."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct

from kenpin.domain.ids import category_of
from kenpin.exporting.exported import ExportedImage
from kenpin.exporting.layout import json_bytes

Cell = str | int | datetime | list[str] | None


class ExportedEvent(Struct, frozen=True):
    """An event with its envelope."""

    event_id: str
    stream: str
    version: int
    type: str
    schema_version: int
    recorded_at: datetime
    actor: str
    correlation_id: str | None
    causation_id: str | None
    data: Mapping[str, object]


def cloud_event(event: ExportedEvent) -> bytes:
    """Return a line with the event as CloudEvents 1.0 have it, with Kenpin's envelope as extension attributes."""
    attributes: dict[str, object] = {
        "specversion": "1.0",
        "id": event.event_id,
        "source": f"/streams/{event.stream}",
        "type": f"kenpin.{event.type}.v{event.schema_version}",
        "time": event.recorded_at.isoformat(),
        "datacontenttype": "application/json",
        "streamversion": event.version,
        "actor": event.actor,
        "correlationid": event.correlation_id,
        "causationid": event.causation_id,
        "data": event.data,
    }
    return json_bytes({name: value for name, value in attributes.items() if value is not None}) + b"\n"


def event_row(event: ExportedEvent) -> dict[str, Cell]:
    """Return the columns of an event; `data` is JSON, since each type has fields of its own."""
    return {
        "event_id": event.event_id,
        "stream": event.stream,
        "category": category_of(event.stream),
        "version": event.version,
        "type": event.type,
        "schema_version": event.schema_version,
        "recorded_at": event.recorded_at,
        "actor": event.actor,
        "correlation_id": event.correlation_id,
        "causation_id": event.causation_id,
        "data": json_bytes(event.data).decode(),
    }


FACTS: Final = ("image_id", "name", "width", "height", "size", "media_type", "verdict", "split", "group")


def image_row(image: ExportedImage, capture_fields: tuple[str, ...]) -> dict[str, Cell]:
    """Return the columns of an image as of the version of the export."""
    return {
        **{name: getattr(image, name) or None for name in FACTS},
        "judged_at": datetime.fromisoformat(image.judged_at) if image.judged_at else None,
        "classes": sorted({defect.class_name for defect in image.defects}),
        "defects": len(image.defects),
        **{name: image.capture.get(name) for name in capture_fields},
    }
