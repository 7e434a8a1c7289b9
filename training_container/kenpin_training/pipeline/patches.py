"""Patches: the values of the frozen network for each place of a picture, tile by tile."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin_training.backbones.backbone import PATCH_STEP, Backbone
from kenpin_training.determinism import set_up
from kenpin_training.pipeline.images import Pixels
from kenpin_training.pipeline.region_mask import Inside
from kenpin_training.pipeline.tiles import Tile, TilePlan

Patches = NDArray[np.float32]
"""rows × columns × channels: a place each PATCH_STEP pixels"""
PatchRows = NDArray[np.float32]
"""patches × channels"""


class ImagePatches(Struct, frozen=True):
    """The patches of a picture, and the places of them that count."""

    values: Patches
    """Zero in tiles without a place that counts"""
    inside: Inside

    @property
    def counted(self) -> PatchRows:
        return self.values[self.inside]


class PatchNetwork:
    """The frozen network, compiled for each size of tile. It imports TensorFlow: seconds, and hundreds of megabytes."""

    def __init__(self, backbone: Backbone) -> None:
        self._backbone = backbone
        self._by_size: dict[tuple[int, int], Callable[[Pixels], Patches]] = {}

    def __call__(self, tile: Pixels) -> Patches:
        """Return the patches of one tile, height × width × 3, whose sides are multiples of 32."""
        size = tile.shape[0], tile.shape[1]
        if size not in self._by_size:
            self._by_size[size] = self._compiled(*size)
        return self._by_size[size](tile)

    def _compiled(self, height: int, width: int) -> Callable[[Pixels], Patches]:
        set_up()
        import tensorflow as tf

        model = self._backbone.patch_model(height, width)
        graph = tf.function(lambda tile: model(tile, training=False))
        return lambda tile: np.asarray(graph(tile[None]).numpy()[0])


@cache
def patch_network(backbone: Backbone) -> PatchNetwork:
    """Return the one network of this process for a backbone: compiling it takes seconds."""
    return PatchNetwork(backbone)


def patches_of(
    pixels: Pixels, plan: TilePlan, network: Callable[[Pixels], Patches], inside: Inside
) -> Patches:
    """Return the patches of a picture that has the scale of the plan; those of tiles wholly outside are zero."""
    height, width = pixels.shape[:2]
    whole = np.zeros((*inside.shape, plan.backbone.patch_channels), np.float32)
    for tile in plan.tiles(width, height):
        down, across = _places(tile.kept_y), _places(tile.kept_x)
        if not inside[down, across].any():
            continue
        found = network(_cut(pixels, tile))
        top, left = tile.y // PATCH_STEP, tile.x // PATCH_STEP
        inside_y, inside_x = (
            slice(down.start - top, down.stop - top),
            slice(across.start - left, across.stop - left),
        )
        whole[down, across] = found[inside_y, inside_x]
    return whole


def drawn(patches: ImagePatches, count: int, random: np.random.Generator) -> PatchRows:
    """Return at most `count` of the places of a picture that count, drawn at random."""
    rows = patches.counted
    return rows[random.choice(len(rows), min(count, len(rows)), replace=False)]


def mean_and_scale(rows: PatchRows) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the mean of each channel, and the factor that gives it the spread 1; 0 for a channel that is constant."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    return mean, np.divide(1, spread, out=np.zeros_like(spread), where=spread > 1e-6)


def _cut(pixels: Pixels, tile: Tile) -> Pixels:
    """Return the pixels of a tile; beyond the picture it is mirrored, so that no place sees the network's zeros."""
    rows = _mirrored(tile.y, tile.height, pixels.shape[0])
    return pixels[rows][:, _mirrored(tile.x, tile.width, pixels.shape[1])]


def _mirrored(start: int, count: int, length: int) -> NDArray[np.int64]:
    places = np.arange(start, start + count) % (2 * length)
    return np.minimum(places, 2 * length - 1 - places)


def _places(kept: tuple[int, int]) -> slice[int, int, None]:
    return slice(kept[0] // PATCH_STEP, -(-kept[1] // PATCH_STEP))
