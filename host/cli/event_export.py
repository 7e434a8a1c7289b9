"""Exports the events of a dataset as CloudEvents lines, or events and images as Parquet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from functions.api.exports.answers import ExportPlan
from functions.api.history.answers import RecordedEvent, Stream
from host.audit.scope import streams_of
from host.cli.client import Client
from host.cli.exporting import RemoteImages, export_of
from kenpin.application.move import ProgressListener
from kenpin.domain.dataset.values import Capture
from kenpin.exporting.events import Cell, ExportedEvent, cloud_event, event_row, image_row

if TYPE_CHECKING:
    import pyarrow as pa

EventFormat = Literal["cloudevents", "parquet"]
ROWS: Final = 10_000
"""Rows of a row group, which is in memory at once."""


def export_events(
    client: Client, plan: ExportPlan, format: EventFormat, to: Path, progress: ProgressListener
) -> int:
    """Write the events of a dataset, its project, runs and models to a folder; return their number."""
    streams = _streams(client, plan)
    progress.stage("events", sum(version for _, version in streams))
    to.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=to.parent, prefix=".kenpin-export-") as aside:
        folder = Path(aside) / "export"
        folder.mkdir()
        written = _Counted(_events(client, streams), progress)
        if format == "cloudevents":
            with (folder / "events.jsonl").open("wb") as file:
                file.writelines(map(cloud_event, written))
        else:
            _write_parquet(folder / "events.parquet", map(event_row, written), _event_schema())
            images = export_of(client, plan, RemoteImages(client, plan, {})).images
            fields = Capture.__struct_fields__
            rows = (image_row(image, fields) for image in images)
            _write_parquet(folder / "images.parquet", rows, _image_schema(fields))
        folder.rename(to)
    return written.count


def _streams(client: Client, plan: ExportPlan) -> list[tuple[str, int]]:
    """Return the streams and the version up to which each is exported: the dataset's is that of the plan."""
    chosen = streams_of(client, plan.dataset_id, None) or set()
    heads = {each.stream: each.version for each in client.items("/streams", Stream, limit=1000)}
    upto = {stream: version for stream, version in heads.items() if stream in chosen}
    return sorted({**upto, f"dataset-{plan.dataset_id}": plan.version}.items())


def _events(client: Client, streams: Sequence[tuple[str, int]]) -> Iterator[ExportedEvent]:
    for stream, version in streams:
        for event in client.items(f"/streams/{stream}/events", RecordedEvent, limit=1000):
            if event.version > version:
                break
            yield msgspec.convert(event, ExportedEvent, from_attributes=True)


class _Counted:
    """Events, counted as they are read."""

    def __init__(self, events: Iterator[ExportedEvent], progress: ProgressListener) -> None:
        self._events, self._progress, self.count = events, progress, 0

    def __iter__(self) -> Iterator[ExportedEvent]:
        for event in self._events:
            yield event
            self.count += 1
            self._progress.step()


def _write_parquet(path: Path, rows: Iterable[dict[str, Cell]], schema: pa.Schema) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    left = iter(rows)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while group := list(islice(left, ROWS)):
            writer.write_table(pa.Table.from_pylist(group, schema))


def _event_schema() -> pa.Schema:
    import pyarrow as pa

    numbers = {"version": pa.int64(), "schema_version": pa.int32(), "recorded_at": pa.timestamp("us", "UTC")}
    names = (
        *("event_id", "stream", "category", "version", "type", "schema_version", "recorded_at"),
        *("actor", "correlation_id", "causation_id", "data"),
    )
    return pa.schema([(name, numbers.get(name, pa.string())) for name in names])


def _image_schema(capture_fields: Sequence[str]) -> pa.Schema:
    import pyarrow as pa

    others = {
        "width": pa.int32(),
        "height": pa.int32(),
        "size": pa.int64(),
        "judged_at": pa.timestamp("us", "UTC"),
        "classes": pa.list_(pa.string()),
        "defects": pa.int32(),
    }
    names = (
        *("image_id", "name", "width", "height", "size", "media_type", "verdict", "split", "group"),
        *("judged_at", "classes", "defects"),
        *capture_fields,
    )
    return pa.schema([(name, others.get(name, pa.string())) for name in names])
