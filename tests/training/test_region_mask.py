"""The region of interest on pixels and places: what counts, what is cropped, and how large a picture must be."""

import numpy as np
import pytest
from PIL import Image

from kenpin.domain.polygon import Outline
from kenpin.domain.region_of_interest import RegionOfInterest
from kenpin_training.architectures.anomaly.head import smoothed
from kenpin_training.pipeline.region_mask import (
    NEUTRAL,
    box_of,
    cropped,
    pixels_inside,
    places_inside,
    sides_for,
)


def box(x: float, y: float, width: float, height: float) -> Outline:
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))


PART = RegionOfInterest(
    100, 80, include=(box(20, 10, 40, 60), box(70, 10, 10, 10)), ignore=(box(30, 20, 10, 10),)
)
NO_CLAMP = RegionOfInterest(100, 80, ignore=(box(0, 0, 50, 80),))


@pytest.mark.parametrize(
    ("region", "size", "area"),
    [
        (PART, (100, 80), 40 * 60 + 10 * 10 - 10 * 10),
        (PART, (200, 160), 4 * (40 * 60 + 10 * 10 - 10 * 10)),
        (NO_CLAMP, (100, 80), 50 * 80),
        (NO_CLAMP, (50, 40), 25 * 40),
    ],
)
def test_a_pixel_counts_in_an_included_polygon_and_in_no_ignored_one(
    region: RegionOfInterest, size: tuple[int, int], area: int
) -> None:
    inside = pixels_inside(region, *size)
    assert (inside.shape, int(inside.sum())) == (size[::-1], area)


def test_a_place_counts_when_half_of_it_does() -> None:
    region = RegionOfInterest(20, 20, include=(box(0, 0, 12, 11.5),))
    assert places_inside(region, 20, 20).tolist() == [[True, True, False], [False, False, False], [False] * 3]
    last = RegionOfInterest(20, 20, include=(box(16, 16, 4, 4),))
    assert places_inside(last, 20, 20).tolist() == [[False] * 3, [False] * 3, [False, False, True]]


def test_of_a_region_smaller_than_half_a_place_the_place_counts_that_holds_most_of_it() -> None:
    small = RegionOfInterest(24, 24, include=(box(9, 9, 2, 2),))
    assert np.argwhere(places_inside(small, 24, 24)).tolist() == [[1, 1]]


def test_without_a_region_all_counts_and_nothing_is_cropped() -> None:
    image = Image.new("RGB", (30, 20), (9, 9, 9))
    assert places_inside(None, 30, 20).all() and cropped(image, None) is image
    assert (box_of(None, 30, 20), sides_for(None, 448)) == ((0, 0, 30, 20), (448, 448))


def test_a_picture_is_cropped_to_the_box_and_what_does_not_count_is_neutral() -> None:
    image = Image.new("RGB", (200, 160), (9, 9, 9))
    pixels = np.asarray(cropped(image, PART))
    assert box_of(PART, 200, 160) == (40, 20, 160, 140)
    assert pixels.shape == (120, 120, 3)
    assert (
        (pixels[0, 0] == 9).all() and (pixels[30, 30] == NEUTRAL).all() and (pixels[60, 90] == NEUTRAL).all()
    )
    assert np.asarray(cropped(image, NO_CLAMP)).shape == (160, 200, 3)


def test_a_picture_is_decoded_so_large_that_the_box_has_pixels_enough() -> None:
    assert sides_for(PART, 448) == (-(-448 * 100 // 60), -(-448 * 80 // 60))
    assert sides_for(NO_CLAMP, 448) == (448, 448)


def test_what_does_not_count_changes_no_distance_beside_it() -> None:
    distances = np.ones((6, 8), np.float32)
    inside = np.zeros((6, 8), bool)
    inside[:, :4] = True
    distances[:, 4:] = 99
    found = smoothed(distances, inside)
    assert np.allclose(found[inside], 1) and (found[~inside] == 0).all()
