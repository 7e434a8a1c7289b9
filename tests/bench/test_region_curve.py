"""Recall at a stated number of false regions, on maps whose answer is plain to see."""

import numpy as np
import pytest

from bench.region_curve import MappedPicture, threshold_at

SIZE = (160, 80)


def picture(
    *spots: tuple[int, int, float], boxes: tuple[tuple[int, int, int, int], ...] = ()
) -> MappedPicture:
    """Row, column and score of each spot on a map of 10 × 20 places, 8 pixels each."""
    heat = np.full((10, 20), 0.1, np.float32)
    for row, column, score in spots:
        heat[row, column] = score
    return MappedPicture(heat, SIZE, boxes)


def test_a_defect_is_found_at_its_place_or_one_beside() -> None:
    one = picture((4, 6, 0.9), boxes=((40, 24, 4, 4), (120, 24, 4, 4)))
    assert one.found(0.5) == [True, False]
    assert one.false_regions(0.5) == 0


@pytest.mark.parametrize(("allowed", "found"), [(0.0, 1), (1.0, 2), (2.0, 3)])
def test_the_threshold_is_the_lowest_with_so_many_false_regions(allowed: float, found: int) -> None:
    boxes = tuple((column * 8, 8, 4, 4) for column in (1, 6, 11))
    defects = ((1, 1, 0.9), (1, 6, 0.7), (1, 11, 0.5))
    one = picture(*defects, (6, 4, 0.8), (6, 9, 0.6), (6, 14, 0.4), boxes=boxes)
    threshold = threshold_at([one], allowed)
    assert one.false_regions(threshold) == allowed
    assert sum(one.found(threshold)) == found


def test_regions_that_grow_together_far_below_do_not_count_as_few() -> None:
    one = picture((2, 2, 0.9), (6, 9, 0.8), boxes=((150, 70, 4, 4),))
    assert threshold_at([one], 1) > 0.1
