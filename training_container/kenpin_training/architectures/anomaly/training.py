"""Training of the anomaly family: a memory of OK images, without those among them that look NG."""

import math
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from kenpin.domain.ids import ImageId
from kenpin.domain.recipe import Recipe
from kenpin_training.architectures.anomaly.head import AnomalyHead, line_of, smoothed
from kenpin_training.architectures.anomaly.memory import memory_of
from kenpin_training.data import TrainingData
from kenpin_training.pipeline.features import FeatureStore, no_progress
from kenpin_training.pipeline.folds import group_folds
from kenpin_training.pipeline.model import ProgressReporter, TrainingResult
from kenpin_training.pipeline.patch_model import PatchModel, image_score, plan_of
from kenpin_training.pipeline.patches import PatchRows, drawn, mean_and_scale

FOLDS: Final = 4
MOST_IMAGES: Final = 2000
"""OK images that the memory is made of; more are drawn from at random."""
SAMPLE: Final = 20_000
"""Patches that the memory is chosen from, the same number of each image."""
CHUNK: Final = 1024
"""Patches that are compared with all others at a time."""
COMMON: Final = 0.25
"""Share of the other images that must have a patch alike: a few NG images among the OK have the same defect, and
seldom so many."""
ALIKE: Final = 7
"""Images that an image is compared with: those whose patches have the quartiles most like its own, which a defect
that covers less than a quarter of an image leaves as they are."""
OUTLIER: Final = 4.0
"""An OK image whose highest patches lie so many robust spreads farther than those of images like it is left out."""
LEAST_SPREAD: Final = 0.02
"""Of the log-ratio to images alike: where images are very even, a few per cent more are no reason to leave one out."""


class PatchSample(Struct, frozen=True):
    """Patches drawn from images: rows of one image lie together."""

    rows: PatchRows
    images: NDArray[np.int64]
    """The image of each row"""

    @property
    def count(self) -> int:
        """Number of images."""
        return int(self.images[-1]) + 1

    def of(self, which: NDArray[np.bool_]) -> PatchRows:
        return self.rows[which[self.images]]


def train_anomaly(
    data: TrainingData, recipe: Recipe, seed: int, store: FeatureStore, reporter: ProgressReporter
) -> TrainingResult:
    """Train on the OK images; their unseen scores come from memories without the images of their fold.

    Images judged NG are not learnt from; they only have unseen scores. Raises UnreadableImage, PictureNotIntact.
    """
    random = np.random.default_rng(seed)
    ok = _drawn(np.flatnonzero(data.train & ~data.ng), random)
    ids, plan = [data.rows[place].image_id for place in ok], plan_of(recipe)
    whole = 2 * len(ids)
    sample = _sample(store, ids, recipe, random, lambda done: reporter.progress("train", done, whole))
    parted = group_folds(data.groups[ok], seed, FOLDS)
    usual = _usual(sample, recipe.top_places)
    memories = [memory_of(sample.of(usual & ~fold), seed) for fold in parted.masks]
    highest = np.empty(len(ids))
    fold_of = np.argmax(np.stack(parted.masks), axis=0)
    for place, patches in enumerate(store.patches(ids, plan)):
        distances = smoothed(memories[fold_of[place]].distances(patches.values), patches.inside)
        highest[place] = image_score(distances[patches.inside], recipe.top_places)
        reporter.progress("train", len(ids) + place + 1, whole)
    middle, steepness = line_of(highest[usual].astype(np.float32), recipe.overkill_aim)
    head = AnomalyHead(memory_of(sample.of(usual), seed), middle, steepness)
    model = PatchModel(plan, recipe.top_places, head)
    unseen = np.full(len(data.rows), np.nan)
    unseen[ok] = head.scores(highest.astype(np.float32))
    _score_ng(unseen, data, model, store)
    suspects = tuple(ids[place] for place in np.flatnonzero(~usual))
    rule = f"OK images by {len(parted.masks)} folds{parted.note}, NG images by the model, which saw none"
    return TrainingResult(model, unseen, rule, parted.shared_groups, suspects)


def _drawn(places: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.int64]:
    if len(places) <= MOST_IMAGES:
        return places
    return np.sort(random.choice(places, MOST_IMAGES, replace=False))


def _sample(
    store: FeatureStore,
    ids: Sequence[ImageId],
    recipe: Recipe,
    random: np.random.Generator,
    progress: Callable[[int], None],
) -> PatchSample:
    share, rows, images = max(SAMPLE // len(ids), 1), list[PatchRows](), list[NDArray[np.int64]]()
    progress(0)
    for place, patches in enumerate(store.patches(ids, plan_of(recipe))):
        rows.append(drawn(patches, share, random))
        images.append(np.full(len(rows[-1]), place))
        progress(place + 1)
    return PatchSample(np.concatenate(rows), np.concatenate(images))


def _usual(sample: PatchSample, top_places: int) -> NDArray[np.bool_]:
    """Return which images look as usual: their highest patches lie no farther than those of images like them.

    Images of a rarer surface lie far from the others, and so do those most like them.
    """
    farther = np.log(_highest(sample, top_places))
    farther -= np.median(farther[_most_alike(sample)], axis=1)
    middle = np.median(farther)
    spread = 1.4826 * np.median(np.abs(farther - middle))
    return np.asarray(farther <= middle + OUTLIER * max(spread, LEAST_SPREAD))


def _highest(sample: PatchSample, top_places: int) -> NDArray[np.float64]:
    """Return the mean of the highest distances of each image."""
    distances = _distances(sample)
    highest = [image_score(distances[sample.images == image], top_places) for image in range(sample.count)]
    return np.maximum(highest, np.finfo(np.float32).tiny)


def _distances(sample: PatchSample) -> NDArray[np.float32]:
    """Return for each patch the distance within which the share COMMON of the other images have a patch."""
    mean, scale = mean_and_scale(sample.rows)
    rows = (sample.rows - mean) * scale
    squares, first = np.einsum("ij,ij->i", rows, rows), np.searchsorted(sample.images, range(sample.count))
    last, found = math.ceil(COMMON * (sample.count - 1)) - 1, list[NDArray[np.float32]]()
    for start in range(0, len(rows), CHUNK):
        part = slice(start, start + CHUNK)
        nearest = np.minimum.reduceat(squares - 2 * (rows[part] @ rows.T), first, axis=1)
        nearest[np.arange(len(nearest)), sample.images[part]] = np.inf
        found.append(np.partition(nearest, last, axis=1)[:, last] + squares[part])
    return np.sqrt(np.maximum(np.concatenate(found), 0))


def _most_alike(sample: PatchSample) -> NDArray[np.int64]:
    """Return for each image the others that are most like it."""
    mean, scale = mean_and_scale(sample.rows)
    each = [(sample.rows[sample.images == image] - mean) * scale for image in range(sample.count)]
    looks = np.stack([np.percentile(rows, (25, 50, 75), axis=0).ravel() for rows in each])
    neighbours = NearestNeighbors(n_neighbors=min(ALIKE, sample.count - 1)).fit(looks)
    return np.asarray(neighbours.kneighbors(return_distance=False))


def _score_ng(
    unseen: NDArray[np.float64], data: TrainingData, model: PatchModel, store: FeatureStore
) -> None:
    """Score the NG images of the training split, which the memory did not see."""
    ng = np.flatnonzero(data.train & data.ng)
    if ng.size:
        unseen[ng] = model.judge([data.rows[place].image_id for place in ng], store, no_progress).scores
