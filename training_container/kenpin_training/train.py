"""The job `train`: a requested run becomes a model, its predictions, and suggestions for the next labels."""

import hashlib
import io
import time
from typing import Literal

import numpy as np

from kenpin.bootstrap import Platform
from kenpin.domain.event import Context
from kenpin.domain.ids import Sha256
from kenpin.domain.recipe import Recipe
from kenpin.domain.run.commands import ReportPoolScored, SucceedRun
from kenpin.domain.run.events import RunRequested
from kenpin.ports import Job, ObjectStore
from kenpin_training.architectures.efficientnet_lite0 import weights
from kenpin_training.artifact import About, Model
from kenpin_training.checkpoint import Keeper
from kenpin_training.data import Data, data_at
from kenpin_training.identity import identity
from kenpin_training.patience import patiently
from kenpin_training.pipeline.run import Outcome, Run
from kenpin_training.pipeline.suggestions import rank
from kenpin_training.predictions import Prediction, to_parquet
from kenpin_training.report import Reporter
from kenpin_training.suggest import ACTOR, SIZE, features_in, offer, suggestion_of


def train(platform: Platform, job: Job, worker: str) -> None:
    """Raises Refusal when the run is over or in other hands, what `data_at` does, TooFewLabels, UnreadableImage."""
    began, by = time.monotonic(), job.by(ACTOR)
    voice = Reporter(platform.commands, job.subject, by)
    requested = voice.requested
    recipe = Recipe.model_validate(requested.recipe)
    epochs = recipe.epochs if recipe.method == "fine_tune" else 0
    keeper = patiently(lambda: Keeper(platform.objects, job.subject, identity(), epochs))
    voice.start(identity(), worker, keeper.last.epoch)
    data = patiently(lambda: _data(platform, requested))
    with keeper:
        outcome = Run(data, recipe, requested.seed, features_in(platform), voice, keeper).carry_out()
    predictions = _put(platform.objects, "predictions", to_parquet(_predictions(data, outcome)))
    voice.tell(ReportPoolScored(attempt=voice.attempt, predictions=predictions, images=len(data.rows)))
    artifact = _put(platform.objects, "models", _model(requested, recipe, outcome).to_bytes())
    patiently(lambda: _suggest(platform, data, outcome, requested, by))
    seconds = round(time.monotonic() - began, 3)
    voice.tell(
        SucceedRun(attempt=voice.attempt, artifact=artifact, threshold=outcome.threshold, seconds=seconds)
    )


def _data(platform: Platform, requested: RunRequested) -> Data:
    asked = (requested.dataset_id, requested.dataset_version, requested.dataset_hash, requested.accepted_only)
    return data_at(platform.events, platform.objects, *asked)


def _model(requested: RunRequested, recipe: Recipe, outcome: Outcome) -> Model:
    about = About(
        architecture=recipe.architecture,
        method=recipe.method,
        image_size=recipe.image_size,
        backbone=weights.DIGEST,
        threshold=outcome.threshold,
        recipe=requested.recipe,
        seed=requested.seed,
    )
    return Model(about, outcome.learnt.network, outcome.learnt.probe)


def _predictions(data: Data, outcome: Outcome) -> list[Prediction]:
    unseen = [None if np.isnan(score) else float(score) for score in outcome.learnt.unseen]
    return [
        Prediction(row.image_id, row.split, row.truth, float(score), fold_score)
        for row, score, fold_score in zip(data.rows, outcome.scores, unseen, strict=True)
    ]


def _put(objects: ObjectStore, kind: Literal["models", "predictions"], body: bytes) -> Sha256:
    digest = hashlib.sha256(body).hexdigest()
    ending = {"models": "safetensors", "predictions": "parquet"}[kind]
    objects.put(f"{kind}/{digest}.{ending}", io.BytesIO(body))
    return digest


def _suggest(platform: Platform, data: Data, outcome: Outcome, requested: RunRequested, by: Context) -> None:
    """Before the run ends well, so that a crash in between loses neither."""
    pool, known = data.pool, ~data.pool
    picks = rank(
        outcome.features[pool],
        outcome.scores[pool],
        outcome.features[known],
        SIZE,
        requested.seed,
        outcome.threshold,
    )
    offer(
        platform,
        requested.dataset_id,
        suggestion_of(requested.run_id),
        data.ids(pool),
        picks,
        requested.run_id,
        by,
    )
