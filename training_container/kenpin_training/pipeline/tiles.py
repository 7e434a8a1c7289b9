"""Tiles: the windows that a large picture is cut into, so that small defects keep their size."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from kenpin_training.backbones.backbone import Backbone
from kenpin_training.backbones.efficientnet_lite.variants import EFFICIENTNET_LITE0

GRID: Final = 16
"""Tiles begin at multiples of this, the largest step of a tap, so that the maps of all tiles lie on one grid."""
SIDES: Final = 32
"""Sides of tiles are multiples of this."""


class Tile(Struct, frozen=True):
    """A window of a picture, in pixels, and the part of it whose map is kept: neighbours keep the rest.

    The window begins and ends beyond the picture, where the picture is mirrored.
    """

    x: int
    y: int
    width: int
    height: int
    kept_x: tuple[int, int]
    """First pixel, and the one after the last, from the left edge of the picture"""
    kept_y: tuple[int, int]


class TilePlan(Struct, frozen=True):
    """The scale of pictures, the size of the tiles that they are cut into, and the network that sees the tiles."""

    long_side: int | None
    """The longer side that a picture is made smaller to, in pixels; None: it stays as it is. Never made larger."""
    tile: int
    """Largest side of a tile without its margins, in pixels; a multiple of 32"""
    margin: int
    """Pixels at each edge of a tile whose map is not kept, as the network saw half of what is around them;
    a multiple of GRID"""
    backbone: Backbone = EFFICIENTNET_LITE0

    def scaled(self, width: int, height: int) -> tuple[int, int]:
        """Return width and height of the picture that is cut, with its aspect."""
        share = min(1.0, (self.long_side or max(width, height)) / max(width, height))
        return max(1, round(width * share)), max(1, round(height * share))

    def tiles(self, width: int, height: int) -> Iterator[Tile]:
        """Yield the tiles of a picture, row by row. Their kept parts cover it once."""
        tall, wide = self.tile_size(width, height)
        for y, kept_y in self._cuts(height):
            for x, kept_x in self._cuts(width):
                yield Tile(x - self.margin, y - self.margin, wide, tall, kept_x, kept_y)

    def tile_size(self, width: int, height: int) -> tuple[int, int]:
        """Return height and width of the tiles of a picture in the scale of the plan, with their margins."""
        tall, wide = (min(self.tile, _multiple(side, SIDES)) + 2 * self.margin for side in (height, width))
        return tall, wide

    def _cuts(self, length: int) -> Iterator[tuple[int, tuple[int, int]]]:
        """Yield start, without the margin, and kept part of the tiles along one side."""
        last = max(0, _multiple(length - self.tile, GRID))
        begin = 0
        for start in (*range(0, last, self.tile), last):
            end = length if start == last else start + self.tile
            yield start, (begin, end)
            begin = end


def most_squares(along: int) -> int:
    """Return the most squares of a picture whose longer side is so many squares long."""
    return (2 * along - 1) ** 2


def _multiple(length: int, of: int) -> int:
    return -(-length // of) * of
