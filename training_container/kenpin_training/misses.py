"""Known misses: NG images that a run or its model judged OK without having learnt from them, or from the field."""

import logging
from collections.abc import Container, Iterator
from typing import Final

from kenpin.bootstrap import Platform
from kenpin.domain.catalogue import events_in
from kenpin.domain.ids import DatasetId, ImageId, RunId, Sha256, stream_of
from kenpin.domain.run.events import PoolScored
from kenpin.ports import NotFound
from kenpin.projections.database import Row
from kenpin.read_models.field_returns import queries as field_returns
from kenpin.read_models.models import inspections
from kenpin.read_models.runs.predictions import COLUMNS, is_learnt, read
from kenpin.read_models.runs.queries import MOST_INSPECTIONS

MOST_RETURNS: Final = 1_000
logger = logging.getLogger("kenpin.training")


def known_misses(
    platform: Platform, dataset_id: DatasetId, run_id: RunId | None, threshold: float, ng: Container[ImageId]
) -> set[ImageId]:
    """Return the NG images that were missed. `threshold`: of the run; `ng`: the images that people judge NG now."""
    with platform.database.reading() as sql:
        returned = field_returns.page(sql, dataset_id, before=None, limit=MOST_RETURNS, as_of=None)
        inspected = inspections.of_run(sql, run_id, MOST_INSPECTIONS) if run_id else []
    misses = {row["image_id"] for row in returned if row["verdict"] == "NG"}
    if run_id is None or (predictions := _predictions_of(platform, run_id)) is None:
        return misses
    rows = _rows(platform, predictions, "use", "fold_score")
    learnt = {row["image_id"] for row in rows if is_learnt(row)}
    judged_ok = {id: score < threshold for id, score in _unseen(rows)}
    for inspection in inspected:
        for row in _rows(platform, inspection["predictions"]):
            if row["image_id"] not in learnt:
                judged_ok[row["image_id"]] = row["score"] < inspection["threshold"]
    return misses | {id for id, is_ok in judged_ok.items() if is_ok and id in ng}


def _rows(platform: Platform, predictions: Sha256, *columns: str) -> list[Row]:
    try:
        rows: list[Row] = read(platform.objects, predictions, (*COLUMNS, *columns)).to_pylist()
    except NotFound:
        logger.warning("the predictions file %s is missing", predictions)
        return []
    return rows


def _unseen(rows: list[Row]) -> Iterator[tuple[ImageId, float]]:
    """Yield scores by models that had not learnt from the image."""
    for row in rows:
        score = row.get("fold_score") if is_learnt(row) else row["score"]
        if score is not None:
            yield row["image_id"], score


def _predictions_of(platform: Platform, run_id: RunId) -> Sha256 | None:
    predictions = None
    for commit in platform.events.read(stream_of("run", run_id)):
        for event in events_in(commit):
            if isinstance(event, PoolScored):
                predictions = event.predictions
    return predictions
