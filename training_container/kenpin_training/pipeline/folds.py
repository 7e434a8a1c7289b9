"""Folds of the images that a run learns from: whole groups, both verdicts in each where that can be."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from kenpin_training.data import Groups
from kenpin_training.pipeline.probe import IsNg

Fold = NDArray[np.bool_]
"""True where an image is held out"""

FOLDS: Final = 5


class Folds(Struct, frozen=True):
    """Folds that part the images."""

    masks: Sequence[Fold]
    note: str
    """Words for the rule of the figures on groups; empty where every image is a group by itself."""
    shared_groups: int
    """Groups with images on both sides of a fold: 0, unless too few groups hold OK and NG images to part them."""


def folds(ng: IsNg, groups: Groups, seed: int, most: int = FOLDS) -> Folds:
    """Part the images into at most `most` stratified folds, which leave both verdicts to learn from.

    Where whole groups cannot do that, images are parted one by one, and the note says so. There are at least two
    images of each verdict (`eligibility.check_enough`).
    """
    _, numbers, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    is_grouped = bool((sizes > 1).any())
    if (places := _places(ng, numbers, seed, most)) is not None:
        return Folds(_masks(places), ", whole groups" if is_grouped else "", 0)
    places = _places(ng, np.arange(ng.size), seed, most)
    assert places is not None, "two images of each verdict can be parted"
    note = ", by image, as too few groups hold OK and NG images"
    return Folds(_masks(places), note, int((sizes > 1).sum()))


def group_folds(groups: Groups, seed: int, most: int) -> Folds:
    """Part images of one verdict into at most `most` folds of whole groups; one by one where there is one group."""
    sizes = np.unique(groups, return_counts=True)[1]
    if is_one := len(sizes) == 1:
        groups = np.arange(groups.size)
    count = min(most, len(np.unique(groups)))
    splitter = GroupKFold(count, shuffle=True, random_state=seed)
    masks = []
    for _, held in splitter.split(groups, groups=groups):
        masks.append(np.isin(np.arange(groups.size), held))
    if is_one:
        return Folds(masks, ", by image, as all are of one group", 1)
    return Folds(masks, ", whole groups" if (sizes > 1).any() else "", 0)


def held_out(ng: IsNg, groups: Groups, seed: int, most: int) -> Folds:
    """Return one fold of `folds` that holds both verdicts, so that a threshold can be chosen on it."""
    parted = folds(ng, groups, seed, most)
    whole = [mask for mask in parted.masks if ng[mask].any() and not ng[mask].all()]
    if whole:
        return Folds(whole[:1], parted.note, parted.shared_groups)
    alone = folds(ng, np.arange(ng.size), seed, most)
    shared = int((np.unique(groups, return_counts=True)[1] > 1).sum())
    return Folds(alone.masks[:1], ", by image, as too few groups hold OK and NG images", shared)


def _places(ng: IsNg, groups: Groups, seed: int, most: int) -> NDArray[np.int64] | None:
    """Return the fold of each image; None when whole groups leave no verdict to learn from.

    Greedy: largest group first, each into the fold that has least of what it brings. Images that are groups by
    themselves go round the folds in turn.
    """
    counts = np.stack([np.bincount(groups[which], minlength=groups.max() + 1) for which in (ng, ~ng)], axis=1)
    count = min(most, *(int((counts[:, verdict] > 0).sum()) for verdict in (0, 1)))
    if count < 2:
        return None
    shares, held = counts / counts.sum(axis=0), np.zeros((count, 2))
    place = np.empty(len(counts), dtype=np.int64)
    for group in _order(counts, seed):
        fold = int(np.argmin(held @ shares[group]))
        held[fold] += shares[group]
        place[group] = fold
    return place[groups] if (held < 1 - 1e-9).all() else None


def _order(counts: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    random = np.random.default_rng(seed)
    has_ng = counts[:, 0] > 0
    drawn = np.concatenate([random.permutation(np.flatnonzero(which)) for which in (has_ng, ~has_ng)])
    return drawn[np.argsort(-counts[drawn].sum(axis=1), kind="stable")]


def _masks(places: NDArray[np.int64]) -> list[Fold]:
    return [places == fold for fold in range(int(places.max()) + 1)]
