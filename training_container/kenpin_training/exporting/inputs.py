"""The inputs that the graph of an exported model takes from pictures."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from kenpin_inspect.judge import Pixels, cut, cuts, enough, resized, squares
from kenpin_inspect.model_file import ModelFile
from kenpin_training.data import TrainingRow
from kenpin_training.exporting.regions import region_in
from kenpin_training.pipeline.features import FeatureStore

CALIBRATION: Final = 128
"""Inputs by which int8 sets its ranges, at most"""


def inputs(rows: Sequence[TrainingRow], store: FeatureStore, described: ModelFile) -> Iterator[Pixels]:
    """Yield inputs of the graph, of many images rather than of all their tiles.

    Raises UnreadableImage, PictureNotIntact.
    """
    return islice((tile[None] for row in rows for tile in _tiles(row, store, described)), CALIBRATION)


def _tiles(row: TrainingRow, store: FeatureStore, described: ModelFile) -> Iterator[Pixels]:
    region, (tall, wide) = region_in(described, row), described.tile
    pixels = resized(store.image(row.image_id, enough(described, region)), described, region)
    height, width, _ = pixels.shape
    if described.answer == "score":
        yield from (cut(pixels, x, y, wide, tall) for x, y in squares(width, height, wide))
        return
    for y, _ in cuts(height, tall, described.margin, described.step):
        for x, _ in cuts(width, wide, described.margin, described.step):
            yield cut(pixels, x, y, wide, tall)
