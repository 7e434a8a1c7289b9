"""Signals: the facts that strategies of suggestions choose by, gathered from runs, field returns and labels."""

import logging
from collections.abc import Collection, Container, Sequence

import numpy as np
from msgspec import Struct

from kenpin.bootstrap import Platform
from kenpin.domain.ids import DatasetId, ImageId, RunId
from kenpin.domain.suggestion_strategies import Strategy, rarest_class
from kenpin.ports import NotFound
from kenpin.projections.database import Row
from kenpin.read_models.runs import queries as runs
from kenpin.read_models.runs.predictions import read
from kenpin_training.data import TrainingData
from kenpin_training.misses import known_misses
from kenpin_training.pipeline.probe import Features, Scores
from kenpin_training.pipeline.strategies import PoolScores, PoolSignals

logger = logging.getLogger("kenpin.training")


class ScoringRun(Struct, frozen=True):
    """The run whose model scores a pool, and its answers."""

    run_id: RunId
    method: str
    scores: PoolScores
    unfamiliar: Scores | None = None


def signals_of(
    platform: Platform,
    dataset_id: DatasetId,
    data: TrainingData,
    features: Features,
    strategies: Collection[Strategy],
    run: ScoringRun | None,
    retired: Container[str] = (),
) -> PoolSignals:
    """Gather what the strategies need.

    `features`: those of all images of the data. `retired`: classes that take no new annotations.
    """
    misses = rare = None
    if "near_miss" in strategies:
        missed = known_misses(platform, dataset_id, *_judged_by(run), frozenset(data.ids(data.ng)))
        misses = features[np.isin(data.image_ids, list(missed))]
    if "rare_class" in strategies:
        rare = features[_of_rarest_class(data, retired)]
    return PoolSignals(
        model=run.scores if run else None,
        other=_second_opinion(platform, dataset_id, data, run) if "disagreement" in strategies else None,
        anomaly=_anomaly(platform, dataset_id, data, run) if "anomaly" in strategies else None,
        unfamiliar=run.unfamiliar if run else None,
        misses=misses,
        rare=rare,
    )


def _judged_by(run: ScoringRun | None) -> tuple[RunId | None, float]:
    return (run.run_id, run.scores.threshold) if run else (None, 0.5)


def _of_rarest_class(
    data: TrainingData, retired: Container[str]
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    classes = [{defect.class_id for defect in row.defects} for row in data.rows]
    rarest = rarest_class(classes, retired)
    return np.array([rarest in shown for shown in classes], dtype=bool)


def _second_opinion(
    platform: Platform, dataset_id: DatasetId, data: TrainingData, run: ScoringRun | None
) -> PoolScores | None:
    if run is None:
        return None
    with platform.database.reading() as sql:
        other = runs.second_opinion(sql, dataset_id, run.run_id)
    return _pool_scores(platform, other, data.ids(data.pool))


def _anomaly(
    platform: Platform, dataset_id: DatasetId, data: TrainingData, run: ScoringRun | None
) -> PoolScores | None:
    if run is not None and run.method == "anomaly":
        return run.scores
    with platform.database.reading() as sql:
        newest = runs.newest_of_anomaly(sql, dataset_id)
    return _pool_scores(platform, newest, data.ids(data.pool))


def _pool_scores(platform: Platform, run: Row | None, ids: Sequence[ImageId]) -> PoolScores | None:
    if run is None or run["threshold"] is None:
        return None
    known = stored_scores(platform, run["run_id"])
    return PoolScores(np.array([known.get(id, np.nan) for id in ids], np.float64), run["threshold"])


def stored_scores(platform: Platform, run_id: RunId) -> dict[ImageId, float]:
    """Return the scores that a run gave, and its model in inspections: those have the images that came later.

    A file that is missing is left out: its images are then scored anew.
    """
    with platform.database.reading() as sql:
        files = runs.score_files(sql, run_id)
    known: dict[ImageId, float] = {}
    for predictions in files:
        try:
            table = read(platform.objects, predictions, ("image_id", "score")).to_pydict()
        except NotFound:
            logger.warning("the predictions file %s is missing", predictions)
            continue
        known |= zip(table["image_id"], table["score"], strict=True)
    return known
