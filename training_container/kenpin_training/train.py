"""The job `train`: carries out a requested run and stores its model, predictions and suggestions."""

import time
from typing import Final

import numpy as np
from msgspec.structs import replace

from kenpin.application.stored_pictures import PictureNotIntact
from kenpin.bootstrap import Platform
from kenpin.domain.event import Context
from kenpin.domain.ids import RunId, Sha256
from kenpin.domain.recipe import Recipe
from kenpin.domain.run.commands import ReportPoolScored, SucceedRun
from kenpin.domain.run.events import RunRequested
from kenpin.ports import Job, ObjectStore
from kenpin_training.artifact import ModelArtifact, ModelMetadata
from kenpin_training.backbones.catalogue import backbone_of
from kenpin_training.backbones.keras_file.file import fetch_backbone
from kenpin_training.checkpoint import CheckpointStore
from kenpin_training.data import TrainingData, TrainingRow, data_at
from kenpin_training.identity import identity
from kenpin_training.near_duplicates import with_duplicates
from kenpin_training.pipeline.embedding import embedding_map
from kenpin_training.pipeline.found_defects import found_defects
from kenpin_training.pipeline.pixel_figures import FoundDefect
from kenpin_training.pipeline.probe import Scores
from kenpin_training.pipeline.region_evaluation import false_regions, is_counted, is_marked
from kenpin_training.pipeline.regions import map_columns
from kenpin_training.pipeline.run import RunResult, TrainingRun
from kenpin_training.pipeline.strategies import PoolScores
from kenpin_training.pipeline.suggestions import rank
from kenpin_training.pipeline.truth import extent_of
from kenpin_training.predictions import PredictionRow, known_class_scores, to_parquet
from kenpin_training.report import Reporter
from kenpin_training.results import put_result
from kenpin_training.retry import retry_unavailable
from kenpin_training.signals import ScoringRun, signals_of
from kenpin_training.suggest import (
    ACTOR,
    SIZE,
    features_in,
    project_of,
    project_policy,
    submit_suggestion,
    suggestion_of,
)

MEASURED: Final = ("validation", "test")
"""Uses of the images that a run is measured by"""


def train(platform: Platform, job: Job, worker: str) -> None:
    """Train, evaluate, score and suggest, and report it all to the run's stream.

    Raises Refusal when the run is over or in other hands, what `data_at` does, TooFewLabels, UnreadableImage,
    PictureNotIntact, NotFinite.
    """
    began, by = time.monotonic(), job.by(ACTOR)
    reporter = Reporter(platform.commands, job.subject, by)
    requested = reporter.requested
    recipe = Recipe.model_validate(requested.recipe)
    fetch_backbone(platform, recipe)
    checkpoints = _checkpoints(platform.objects, job.subject, recipe)
    reporter.start(identity(backbone_of(recipe)), worker, checkpoints.last.epoch)
    data = retry_unavailable(lambda: _data(platform, requested))
    if not recipe.region_of_interest:
        data = replace(data, regions=())
    store = features_in(platform, data.picture_windows(), data.picture_regions(data.regions))
    training = TrainingRun(data, recipe, requested.seed, store, reporter, checkpoints)
    try:
        with checkpoints:
            outcome = training.carry_out()
    except PictureNotIntact:
        _data(platform, requested)  # raises ErasedImages where a person erased the image meanwhile
        raise
    _report_predictions(platform.objects, reporter, data, outcome)
    artifact = put_result(platform.objects, "models", _model(requested, recipe, data, outcome).to_bytes())
    if requested.without is None:  # a run that leaves images out is there to be compared
        retry_unavailable(lambda: _suggest(platform, data, outcome, requested, by))
    _report_success(reporter, artifact, outcome.threshold, began)


def _checkpoints(objects: ObjectStore, run_id: RunId, recipe: Recipe) -> CheckpointStore:
    epochs = recipe.epochs if recipe.method == "fine_tune" else 0
    of = identity(backbone_of(recipe))
    return retry_unavailable(lambda: CheckpointStore(objects, run_id, of, epochs))


def _data(platform: Platform, requested: RunRequested) -> TrainingData:
    version = (requested.dataset_id, requested.dataset_version, requested.dataset_hash)
    asked = (*version, requested.accepted_only, requested.without)
    return with_duplicates(platform.database, data_at(platform.events, platform.objects, *asked))


def _report_predictions(
    objects: ObjectStore, reporter: Reporter, data: TrainingData, outcome: RunResult
) -> None:
    rules = {**data.rules, "train": outcome.result.rule}
    classes = None if outcome.result.unseen_classes is None else outcome.result.model.classes
    body = to_parquet(_predictions(objects, data, outcome), rules, classes)
    predictions = put_result(objects, "predictions", body)
    reporter.send(ReportPoolScored(attempt=reporter.attempt, predictions=predictions, images=len(data.rows)))


def _report_success(reporter: Reporter, artifact: Sha256, threshold: float, began: float) -> None:
    seconds = round(time.monotonic() - began, 3)
    reporter.send(
        SucceedRun(attempt=reporter.attempt, artifact=artifact, threshold=threshold, seconds=seconds)
    )


def _model(requested: RunRequested, recipe: Recipe, data: TrainingData, outcome: RunResult) -> ModelArtifact:
    about = ModelMetadata(
        architecture=recipe.architecture,
        method=recipe.method,
        image_size=recipe.image_size,
        backbone=backbone_of(recipe).digest,
        threshold=outcome.threshold,
        recipe=requested.recipe,
        seed=requested.seed,
        windows=data.windows,
        regions=data.regions,
        defect_classes=outcome.result.model.classes,
    )
    return ModelArtifact(about, outcome.result.model, outcome.familiarity.reference)


def _predictions(objects: ObjectStore, data: TrainingData, outcome: RunResult) -> list[PredictionRow]:
    unseen, doubts = _known(outcome.result.unseen), _known(outcome.label_doubts)
    unfamiliar = _known(outcome.familiarity.unfamiliar)
    unseen_classes = known_class_scores(outcome.result.unseen_classes, len(data.rows))
    class_scores = known_class_scores(outcome.class_scores, len(data.rows))
    places = embedding_map(data.image_ids, outcome.features)
    suspects, otherwise = set(outcome.result.suspects), data.judged_otherwise()
    return [
        PredictionRow(
            row.image_id,
            row.split,
            row.truth,
            float(score),
            fold_score,
            *map_columns(outcome.maps.get(row.image_id), row.size, outcome.result.model.classes),
            is_suspect=row.image_id in suspects,
            unfamiliar=distance,
            capture=row.capture,
            use=row.use,
            group=row.group,
            classes=row.classes,
            defect_px=extent_of(row.defects, objects, row.size) if row.use in MEASURED else None,
            defects=_found_defects(objects, row, outcome),
            false_regions=_false_regions(objects, row, outcome),
            label_doubt=doubt,
            judged_otherwise=otherwise.get(row.image_id, []),
            judged_by=row.judged_by,
            label_book=row.label_book,
            class_scores=of_classes,
            fold_class_scores=fold_classes,
            ng_share=row.ng_share,
            embedding=places.get(row.image_id),
        )
        for row, score, fold_score, distance, doubt, of_classes, fold_classes in zip(
            data.rows,
            outcome.scores,
            unseen,
            unfamiliar,
            doubts,
            class_scores,
            unseen_classes,
            strict=True,
        )
    ]


def _found_defects(objects: ObjectStore, row: TrainingRow, outcome: RunResult) -> list[FoundDefect] | None:
    if row.use not in MEASURED or row.image_id not in outcome.maps or not is_marked(row):
        return None
    return found_defects(row.defects, outcome.maps[row.image_id], objects, row.size)


def _false_regions(objects: ObjectStore, row: TrainingRow, outcome: RunResult) -> int | None:
    found = outcome.maps.get(row.image_id)
    if row.use not in MEASURED or found is None or not is_counted(row):
        return None
    return false_regions(row, found, objects)


def _known(values: Scores) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]


def _suggest(
    platform: Platform, data: TrainingData, outcome: RunResult, requested: RunRequested, by: Context
) -> None:
    """Before the run ends well, so that a crash in between loses neither."""
    pool = data.pool
    scores = PoolScores(outcome.scores[pool], outcome.threshold)
    method = str(requested.recipe["method"])
    scored_by = ScoringRun(requested.run_id, method, scores, outcome.familiarity.unfamiliar[pool])
    standing = project_of(platform, requested.project_id)
    policy = project_policy(standing)
    signals = signals_of(
        platform, requested.dataset_id, data, outcome.features, policy.turns, scored_by, standing.retired
    )
    picks = rank(outcome.features[pool], outcome.features[~pool], SIZE, requested.seed, policy.turns, signals)
    submit_suggestion(
        platform,
        requested.dataset_id,
        suggestion_of(requested.run_id),
        data.ids(pool),
        picks,
        requested.run_id,
        by,
        policy.name,
    )
