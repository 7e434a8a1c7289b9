"""Methods that a recipe can name: each turns judged images into a network, a head and scores of unseen images."""

import tempfile
from collections.abc import Sequence
from typing import IO

import numpy as np

from kenpin.domain.ids import ImageId
from kenpin.domain.recipe import Recipe
from kenpin_training.architectures.anomaly.training import train_anomaly
from kenpin_training.architectures.segmentation.training import train_segmentation
from kenpin_training.checkpoint import CheckpointStore
from kenpin_training.data import TrainingData
from kenpin_training.pipeline import probe as probes
from kenpin_training.pipeline.class_heads import FittedHeads, fit_heads, learnt_classes
from kenpin_training.pipeline.classification import ClassificationModel
from kenpin_training.pipeline.features import FeatureStore, no_progress
from kenpin_training.pipeline.fine_tune import epoch_reporter, fine_tune
from kenpin_training.pipeline.folds import FOLDS, Fold, folds, held_out
from kenpin_training.pipeline.images import Pixels
from kenpin_training.pipeline.model import ProgressReporter, TrainingResult
from kenpin_training.pipeline.network import Network, pinned_network
from kenpin_training.pipeline.probe import Features
from kenpin_training.pipeline.soft_labels import soft_note, targets
from kenpin_training.pipeline.tiled_fine_tune import fine_tune_on_tiles
from kenpin_training.pipeline.tiled_probe import train_on_tiles
from kenpin_training.pipeline.training_set import TrainingSet


def learn(
    data: TrainingData,
    features: Features,
    recipe: Recipe,
    seed: int,
    store: FeatureStore,
    reporter: ProgressReporter,
    checkpoints: CheckpointStore,
) -> TrainingResult:
    """Train by the recipe's method. `features`: of the pinned network, a row for each image. `check_enough` first."""
    match recipe.method:
        case "probe" if recipe.tiles_along > 1:
            return train_on_tiles(data, recipe, seed, store, reporter)
        case "probe":
            return _probe(data, features, recipe, seed, reporter)
        case "fine_tune" if recipe.tiles_along > 1:
            return fine_tune_on_tiles(data, recipe, seed, store, reporter, checkpoints)
        case "fine_tune":
            return _fine_tune(data, features, recipe, seed, store, reporter, checkpoints)
        case "anomaly":
            return train_anomaly(data, recipe, seed, store, reporter)
        case "segmentation":
            return train_segmentation(data, recipe, seed, store, reporter)


def _probe(
    data: TrainingData, features: Features, recipe: Recipe, seed: int, reporter: ProgressReporter
) -> TrainingResult:
    train = data.train
    x, ng = features[train], data.ng[train]
    reporter.progress("train", 0, 1)
    parted = folds(ng, data.groups[train], seed)
    learnt = targets(data, recipe)[train]
    unseen = probes.out_of_fold(x, learnt, recipe.c, parted.masks)
    probe = probes.fit(x, learnt, recipe.c)
    fitted = fit_heads(x, data.learnt_rows, recipe.c, parted.masks)
    reporter.progress("train", 1, 1)
    return TrainingResult(
        ClassificationModel(pinned_network(recipe), probe, fitted.heads),
        data.spread(unseen, train),
        f"cross-validation, {FOLDS} folds at most{parted.note}{soft_note(data, recipe)}",
        parted.shared_groups,
        unseen_classes=data.spread(fitted.unseen, train),
    )


def _fine_tune(
    data: TrainingData,
    features: Features,
    recipe: Recipe,
    seed: int,
    store: FeatureStore,
    reporter: ProgressReporter,
    checkpoints: CheckpointStore,
) -> TrainingResult:
    places = np.flatnonzero(data.train)
    ng, x = data.ng[places], features[places]
    parted = held_out(ng, data.groups[places], seed, most=recipe.held_out_of)
    (apart,) = parted.masks
    learnt = np.where(apart, ng, targets(data, recipe)[places])
    start = probes.fit(x[~apart], learnt[~apart], recipe.c)
    on_epoch = epoch_reporter(reporter, recipe.epochs)
    reporter.progress("train", checkpoints.last.epoch, recipe.epochs)
    with tempfile.TemporaryFile() as file:
        pixels = _pixels(data.ids(data.train), recipe.image_size, store, file)
        tuned = fine_tune(
            TrainingSet(pixels, learnt, apart), x[~apart], start, recipe, seed, on_epoch, checkpoints
        )
    unseen = np.full(len(data.rows), np.nan)
    unseen[places[apart]] = tuned.held_out
    rule = f"one image in {recipe.held_out_of} held out{parted.note}{soft_note(data, recipe)}"
    fitted = _heads_on_tuned(data, tuned.network, recipe, parted.masks, store)
    model = ClassificationModel(tuned.network, tuned.probe, fitted.heads)
    classes = data.spread(fitted.unseen, data.train)
    return TrainingResult(model, unseen, rule, parted.shared_groups, unseen_classes=classes)


def _heads_on_tuned(
    data: TrainingData, network: Network, recipe: Recipe, masks: Sequence[Fold], store: FeatureStore
) -> FittedHeads:
    """Fit the class heads after fine-tuning; the features are needed, and kept, for the scores of all images."""
    rows = data.learnt_rows
    if not learnt_classes(rows):
        return fit_heads(np.empty((len(rows), 0), np.float32), rows, recipe.c, masks)
    features = store.features(data.ids(data.train), network, no_progress)
    return fit_heads(features, rows, recipe.c, masks)


def _pixels(image_ids: list[ImageId], size: int, store: FeatureStore, file: IO[bytes]) -> Pixels:
    """Return images × size × size × 3, mapped from a temporary file, so that any number of images fits."""
    pixels = np.memmap(file, np.uint8, "w+", shape=(len(image_ids), size, size, 3))
    for place, image in enumerate(store.pixels(image_ids, size)):
        pixels[place] = image
    return pixels
