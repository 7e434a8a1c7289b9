"""Pictures in the scale of a model, and the inputs that its graph takes from them."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from kenpin.domain.ids import ImageId
from kenpin_inspect.judge import Pixels, cut, cuts, squares
from kenpin_inspect.model_file import ModelFile
from kenpin_training.artifact import ModelArtifact
from kenpin_training.pipeline.features import FeatureStore
from kenpin_training.pipeline.patch_model import PatchModel
from kenpin_training.pipeline.tiled_probe import TiledModel

CALIBRATION: Final = 128
"""Inputs by which int8 sets its ranges, at most"""


def scaled_pictures(ids: Sequence[ImageId], artifact: ModelArtifact, store: FeatureStore) -> Iterator[Pixels]:
    """Yield the pictures as the model's tiles are cut from them. Raises UnreadableImage, PictureNotIntact."""
    model = artifact.model
    if isinstance(model, (PatchModel, TiledModel)):
        return store.scaled(ids, model.plan)
    return store.pixels(ids, artifact.about.image_size)


def inputs(
    ids: Sequence[ImageId], artifact: ModelArtifact, store: FeatureStore, described: ModelFile
) -> Iterator[Pixels]:
    """Yield inputs of the graph, of many images rather than of all their tiles."""
    pictures = scaled_pictures(ids, artifact, store)
    return islice((each[None] for pixels in pictures for each in _tiles(pixels, described)), CALIBRATION)


def _tiles(pixels: Pixels, described: ModelFile) -> Iterator[Pixels]:
    height, width, _ = pixels.shape
    if (settings := described.patches) is None:
        side = described.image_size or 0
        yield from (cut(pixels, x, y, side, side) for x, y in squares(width, height, side))
        return
    tall, wide = settings.tile
    for y, _ in cuts(height, tall, settings.margin):
        for x, _ in cuts(width, wide, settings.margin):
            yield cut(pixels, x, y, wide, tall)
