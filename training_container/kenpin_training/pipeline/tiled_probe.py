"""The probe on tiles: an image is as NG as its highest tile; the tiles of NG images that are NG are found out."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin.domain.ids import ImageId
from kenpin.domain.recipe import Recipe
from kenpin_inspect.judge import squares
from kenpin_training.backbones.catalogue import backbone_of
from kenpin_training.data import TrainingData, TrainingRow
from kenpin_training.pipeline.class_heads import ClassHeads, fit_heads
from kenpin_training.pipeline.classification import classification_of, tensors_of
from kenpin_training.pipeline.features import FeatureStore, Progress
from kenpin_training.pipeline.folds import FOLDS, folds
from kenpin_training.pipeline.model import ImageScores, ProgressReporter, Tensors, TrainingResult
from kenpin_training.pipeline.network import Network, pinned_network
from kenpin_training.pipeline.probe import Features, IsNg, NgShares, Probe, fit
from kenpin_training.pipeline.soft_labels import soft_note, targets
from kenpin_training.pipeline.tiles import TilePlan
from kenpin_training.pipeline.truth import coverage_of

ROUNDS: Final = 3
"""Fits at most after the first; each takes the tiles of NG images that scored highest before."""
AT_ONCE: Final = 2_000
"""Images whose tiles are in memory at once, when images are judged: some 60 MB at two tiles along"""


class TiledImage(Struct, frozen=True):
    """The tiles of an image."""

    features: Features
    """tiles × features"""
    marked: NDArray[np.bool_]
    """True for tiles that a marked defect touches"""


class TiledModel(Struct, frozen=True):
    """A network, frozen or tuned, and the head on its features of each tile; the highest tile is the score.

    The classes of an image are those of its highest tile.
    """

    network: Network
    plan: TilePlan
    probe: Probe
    heads: ClassHeads = ClassHeads()

    @property
    def classes(self) -> tuple[str, ...]:
        return self.heads.classes

    def judge(self, image_ids: Sequence[ImageId], store: FeatureStore, on_progress: Progress) -> ImageScores:
        total = len(image_ids)
        scores, class_scores = np.empty(total), np.empty((total, len(self.classes)))
        for start in range(0, total, AT_ONCE):
            part = image_ids[start : start + AT_ONCE]
            found = store.tile_features(part, self.network, self.plan, _from(start, total, on_progress))
            highest = np.stack([highest_tile(tiles, self.probe) for tiles in found])
            scores[start : start + AT_ONCE] = self.probe.scores(highest)
            class_scores[start : start + AT_ONCE] = self.heads.scores(highest)
        return ImageScores(scores, class_scores=class_scores)

    def tensors(self) -> Tensors:
        return tensors_of(self.network, self.probe, self.heads)


def tiled_of(tensors: Tensors, recipe: Recipe, classes: Sequence[str] = ()) -> TiledModel:
    """Return the model of its tensors."""
    whole = classification_of(tensors, recipe, classes)
    return TiledModel(whole.network, tile_plan(recipe), whole.probe, whole.heads)


def train_on_tiles(
    data: TrainingData, recipe: Recipe, seed: int, store: FeatureStore, reporter: ProgressReporter
) -> TrainingResult:
    """Fit a probe on tiles, and score each image by one that was not fitted on its fold."""
    network, plan, train = pinned_network(recipe), tile_plan(recipe), data.train
    images = tiled_images(data, recipe, store, partial(reporter.progress, "train"))
    ng, parted = data.ng[train], folds(data.ng[train], data.groups[train], seed)
    scores, highest = np.empty(ng.size), np.empty((ng.size, images[0].features.shape[1]), np.float32)
    learnt = targets(data, recipe)[train]
    for fold in parted.masks:
        probe = fit_tiles([images[n] for n in np.flatnonzero(~fold)], learnt[~fold], recipe.c)
        highest[fold] = [highest_tile(images[n].features, probe) for n in np.flatnonzero(fold)]
        scores[fold] = probe.scores(highest[fold])
    fitted = fit_heads(highest, data.learnt_rows, recipe.c, parted.masks)
    return TrainingResult(
        TiledModel(network, plan, fit_tiles(images, learnt, recipe.c), fitted.heads),
        data.spread(scores, train),
        f"cross-validation, {FOLDS} folds at most{parted.note}{soft_note(data, recipe)}",
        parted.shared_groups,
        unseen_classes=data.spread(fitted.unseen, train),
    )


def tiled_images(
    data: TrainingData, recipe: Recipe, store: FeatureStore, on_progress: Progress
) -> list[TiledImage]:
    """Return the tiles of the images to learn from, as the pinned network sees them."""
    plan = tile_plan(recipe)
    found = store.tile_features(data.ids(data.train), pinned_network(recipe), plan, on_progress)
    return [
        TiledImage(tiles, _marked(row, plan, store))
        for row, tiles in zip(data.learnt_rows, found, strict=True)
    ]


def highest_tile(tiles: Features, probe: Probe) -> Features:
    """Return the features of the tile that the probe scores highest."""
    return np.asarray(tiles[np.argmax(tiles @ probe.weight)])


def fit_tiles(images: Sequence[TiledImage], shares: IsNg | NgShares, c: float) -> Probe:
    """Fit a probe to tiles of images of both verdicts (MI-SVM: Andrews et al. 2002, with logistic regression).

    All tiles of an OK image are OK. The marked tiles of an NG image are NG; where none is marked, all are at first,
    and then the one that scores highest. The other tiles of NG images are left out. An image that
    only some people judge NG is taken as an NG image, and its tiles have their share.
    """
    ng = shares > 0
    features = np.concatenate([image.features for image in images])
    of = np.repeat(np.arange(len(images)), [len(image.features) for image in images])
    marked = np.concatenate([image.marked for image in images]) & ng[of]
    is_unmarked = ng[of] & ~np.isin(of, of[marked])
    fixed = ~ng[of] | marked
    taken = fixed | is_unmarked
    probe = fit(features[taken], shares[of[taken]], c)
    for _ in range(ROUNDS):
        again = fixed | (is_unmarked & _is_highest(features @ probe.weight, of))
        if (again == taken).all():
            break
        taken = again
        probe = fit(features[taken], shares[of[taken]], c)
    return probe


def _is_highest(values: NDArray[np.float64], of: NDArray[np.int64]) -> NDArray[np.bool_]:
    highest = np.full(of[-1] + 1, -np.inf)
    np.maximum.at(highest, of, values)
    return np.asarray(values == highest[of])


def _marked(row: TrainingRow, plan: TilePlan, store: FeatureStore) -> NDArray[np.bool_]:
    """Return the tiles that a mark touches, in the order of `squares`."""
    left, top, right, bottom = box = store.box(row.image_id, row.size)
    width, height = plan.scaled(right - left, bottom - top)
    places, side = squares(width, height, plan.tile), plan.tile
    if not row.defects:
        return np.zeros(len(places), bool)
    coverage = coverage_of(row.defects, store.objects, row.size, (height, width), box)
    return np.array([coverage[y : y + side, x : x + side].any() for x, y in places])


def tile_plan(recipe: Recipe) -> TilePlan:
    side = recipe.image_size
    return TilePlan(recipe.tiles_along * side, side, margin=0, backbone=backbone_of(recipe))


def _from(start: int, total: int, on_progress: Progress) -> Progress:
    return lambda done, _: on_progress(start + done, total)
