"""Known misses: NG images that a run judged OK without having seen them, and NG images from the field."""

from typing import Final

from kenpin.bootstrap import Platform
from kenpin.domain.catalogue import events_in
from kenpin.domain.ids import DatasetId, ImageId, RunId, Sha256, stream_of
from kenpin.domain.run.events import PoolScored
from kenpin.read_models.field_returns import queries as field_returns
from kenpin.read_models.runs.scored_images import CountedSplit, scored_images

SPLITS: Final[tuple[CountedSplit, ...]] = ("train", "validation", "test")
MOST_RETURNS: Final = 1_000


def known_misses(
    platform: Platform, dataset_id: DatasetId, run_id: RunId | None, threshold: float
) -> set[ImageId]:
    with platform.database.reading() as sql:
        returned = field_returns.page(sql, dataset_id, before=None, limit=MOST_RETURNS, as_of=None)
    misses = {row["image_id"] for row in returned if row["verdict"] == "NG"}
    if run_id is None or (predictions := _predictions_of(platform, run_id)) is None:
        return misses
    for split in SPLITS:
        for row in scored_images(platform.objects, predictions, split).table.to_pylist():
            if row["is_ng"] and row["score"] < threshold:
                misses.add(row["image_id"])
    return misses


def _predictions_of(platform: Platform, run_id: RunId) -> Sha256 | None:
    predictions = None
    for commit in platform.events.read(stream_of("run", run_id)):
        for event in events_in(commit):
            if isinstance(event, PoolScored):
                predictions = event.predictions
    return predictions
