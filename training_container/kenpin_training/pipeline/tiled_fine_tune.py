"""Fine-tuning on tiles: the network learns from the tiles of images, and the highest tile is the score of an image."""

import tempfile
from collections.abc import Sequence
from functools import partial
from typing import IO

import numpy as np
from numpy.typing import NDArray

from kenpin.domain.ids import ImageId
from kenpin.domain.recipe import Recipe
from kenpin_inspect.judge import cut, squares
from kenpin_training.checkpoint import CheckpointStore
from kenpin_training.data import TrainingData
from kenpin_training.pipeline.class_heads import fit_heads
from kenpin_training.pipeline.features import FeatureStore, no_progress
from kenpin_training.pipeline.fine_tune import epoch_reporter, fine_tune
from kenpin_training.pipeline.folds import held_out
from kenpin_training.pipeline.images import Pixels
from kenpin_training.pipeline.model import ProgressReporter, TrainingResult
from kenpin_training.pipeline.probe import Probe
from kenpin_training.pipeline.soft_labels import soft_note, targets
from kenpin_training.pipeline.tiled_probe import (
    TiledImage,
    TiledModel,
    fit_tiles,
    highest_tile,
    tile_plan,
    tiled_images,
)
from kenpin_training.pipeline.tiles import TilePlan
from kenpin_training.pipeline.training_set import TrainingSet

TileMask = NDArray[np.bool_]
"""True for tiles of an image that are used, in the order of `squares`"""


def fine_tune_on_tiles(
    data: TrainingData,
    recipe: Recipe,
    seed: int,
    store: FeatureStore,
    reporter: ProgressReporter,
    checkpoints: CheckpointStore,
) -> TrainingResult:
    """Fit a probe on tiles, which finds those that are NG; then let the network learn from them.

    Held-out images are scored by all of their tiles. Raises UnreadableImage, PictureNotIntact, NotFinite.
    """
    places, plan = np.flatnonzero(data.train), tile_plan(recipe)
    ng = data.ng[places]
    images = tiled_images(data, recipe, store, partial(reporter.progress, "train"))
    parted = held_out(ng, data.groups[places], seed, most=recipe.held_out_of)
    (apart,) = parted.masks
    learnt, shares = np.flatnonzero(~apart), np.where(apart, ng, targets(data, recipe)[places])
    start = fit_tiles([images[n] for n in learnt], shares[~apart], recipe.c)
    used = [
        np.ones(len(each.marked), bool)
        if apart[n]
        else tiles_to_learn(each, start, is_ng=bool(shares[n] > 0))
        for n, each in enumerate(images)
    ]
    image = np.repeat(np.arange(len(images)), [mask.sum() for mask in used])
    features = np.concatenate([images[n].features[used[n]] for n in learnt])
    reporter.progress("train", checkpoints.last.epoch, recipe.epochs)
    with tempfile.TemporaryFile() as file:
        pixels = _pixels(data.ids(data.train), used, plan, store, file)
        training_set = TrainingSet(pixels, shares[image], apart[image], image)
        on_epoch = epoch_reporter(reporter, recipe.epochs)
        tuned = fine_tune(training_set, features, start, recipe, seed, on_epoch, checkpoints)
    unseen = np.full(len(data.rows), np.nan)
    unseen[places[apart]] = tuned.held_out
    rule = f"one image in {recipe.held_out_of} held out{parted.note}{soft_note(data, recipe)}"
    seen = store.tile_features(data.ids(data.train), tuned.network, plan, no_progress)
    highest = np.stack([highest_tile(tiles, tuned.probe) for tiles in seen])
    fitted = fit_heads(highest, data.learnt_rows, recipe.c, parted.masks)
    model = TiledModel(tuned.network, plan, tuned.probe, fitted.heads)
    classes = data.spread(fitted.unseen, data.train)
    return TrainingResult(model, unseen, rule, parted.shared_groups, unseen_classes=classes)


def tiles_to_learn(image: TiledImage, probe: Probe, *, is_ng: bool) -> TileMask:
    """Return the tiles that have the verdict of their image.

    All of an OK image; of an NG image those that are marked, and where none is, the one that the probe scores highest.
    """
    if not is_ng:
        return np.ones(len(image.marked), bool)
    if image.marked.any():
        return image.marked
    return np.asarray(np.arange(len(image.marked)) == probe.scores(image.features).argmax())


def _pixels(
    image_ids: Sequence[ImageId],
    used: Sequence[TileMask],
    plan: TilePlan,
    store: FeatureStore,
    file: IO[bytes],
) -> Pixels:
    """Return tiles × size × size × 3, mapped from a temporary file, so that any number of tiles fits."""
    side, row = plan.tile, 0
    pixels = np.memmap(file, np.uint8, "w+", shape=(int(sum(mask.sum() for mask in used)), side, side, 3))
    for picture, mask in zip(store.scaled(image_ids, plan), used, strict=True):
        found = squares(picture.shape[1], picture.shape[0], side)
        for (x, y), is_used in zip(found, mask, strict=True):
            if is_used:
                pixels[row] = cut(picture, x, y, side, side)
                row += 1
    return pixels
