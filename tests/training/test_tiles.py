"""Tiles cover a picture once; the map of a cut picture is that of the uncut one, and knows no edge of the picture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import uniform_filter

from kenpin_training.backbones.backbone import PATCH_STEP
from kenpin_training.backbones.efficientnet_lite.variants import EFFICIENTNET_LITE0
from kenpin_training.pipeline.images import Pixels
from kenpin_training.pipeline.patches import Patches, patches_of
from kenpin_training.pipeline.tiles import GRID, TilePlan

SIDES = st.integers(1, 3000)


@given(SIDES, SIDES, st.sampled_from([192, 256, 512]), st.sampled_from([0, 16, 64]))
def test_kept_parts_cover_the_picture_once(width: int, height: int, tile: int, margin: int) -> None:
    covered = np.zeros((height, width), np.int64)
    for each in TilePlan(None, tile, margin).tiles(width, height):
        covered[each.kept_y[0] : each.kept_y[1], each.kept_x[0] : each.kept_x[1]] += 1
        assert each.x % GRID == 0 and each.y % GRID == 0
        assert each.width % 32 == 0 and max(each.width, each.height) <= tile + 2 * margin
        for start, length, (first, end) in (
            (each.x, each.width, each.kept_x),
            (each.y, each.height, each.kept_y),
        ):
            assert first - start >= margin and start + length - end >= margin
            assert first < end
    assert (covered == 1).all()


@given(SIDES, SIDES, st.integers(96, 4000))
def test_a_picture_keeps_its_aspect_and_is_never_made_larger(width: int, height: int, side: int) -> None:
    wide, tall = TilePlan(side, 512, 64).scaled(width, height)
    assert max(wide, tall) == min(side, max(width, height))
    scale = max(wide, tall) / max(width, height)
    assert all(abs(made - side * scale) <= 0.5 or made == 1 for made, side in ((wide, width), (tall, height)))


def block_means(tile: Pixels) -> Patches:
    """A network that sees its own place alone."""
    rows, columns = (side // PATCH_STEP for side in tile.shape[:2])
    means = tile.reshape(rows, PATCH_STEP, columns, PATCH_STEP, 3).mean(axis=(1, 3))
    return (
        np.resize(means[..., :1], (rows, columns, 1))
        .repeat(EFFICIENTNET_LITE0.patch_channels, axis=2)
        .astype(np.float32)
    )


def test_the_map_of_a_cut_picture_is_that_of_the_uncut_one() -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (1000, 1313, 3)).astype(np.uint8)
    inside = np.ones((125, 165), bool)
    cut = patches_of(pixels, TilePlan(None, 256, 32), block_means, inside)
    assert cut.shape == (125, 165, EFFICIENTNET_LITE0.patch_channels)
    assert np.array_equal(cut, patches_of(pixels, TilePlan(None, 2048, 32), block_means, inside))


def test_tiles_wholly_outside_the_region_are_not_computed() -> None:
    pixels = np.full((256, 768, 3), 90, np.uint8)
    inside = np.zeros((32, 96), bool)
    inside[10:20, 60:64] = True
    seen: list[Pixels] = []

    def network(tile: Pixels) -> Patches:
        seen.append(tile)
        return block_means(tile)

    found = patches_of(pixels, TilePlan(None, 256, 32), network, inside)
    assert len(seen) == 1
    assert (found[inside] == 90).all() and (found[:, :32] == 0).all()


@pytest.mark.parametrize("side", [1, 8, 200])
def test_no_place_sees_beyond_the_mirrored_picture(side: int) -> None:
    """A network that adds zeros around a tile, as the real one does, says the same of all places of a plain picture."""

    def around(tile: Pixels) -> Patches:
        return np.asarray(uniform_filter(block_means(tile), (7, 7, 1), mode="constant"), np.float32)

    places = -(-side // PATCH_STEP)
    inside = np.ones((places, places), bool)
    found = patches_of(np.full((side, side, 3), 90, np.uint8), TilePlan(None, 192, 32), around, inside)
    assert found.shape == (-(-side // PATCH_STEP), -(-side // PATCH_STEP), EFFICIENTNET_LITE0.patch_channels)
    assert np.allclose(found, 90)
