"""The leave-one-place-out measurement finds the pittings of a mask, and counts those that a map shows."""

import numpy as np

from bench.claims.families import _boxes, _pittings
from bench.region_curve import MappedPicture


def test_each_pitting_has_a_box() -> None:
    marked = np.zeros((20, 30), bool)
    marked[2:6, 3:5] = marked[10:12, 20:29] = True
    assert list(_boxes(marked)) == [(3, 2, 2, 4), (20, 10, 9, 2)]


def test_a_pitting_is_found_at_either_threshold() -> None:
    heat = np.zeros((20, 30), np.float32)
    heat[3, 4], heat[11, 24] = 0.9, 0.3
    heat[15, 2] = heat[15, 12] = 0.2  # two false regions, of which one is allowed
    picture = MappedPicture(heat, (30, 20), ((3, 2, 2, 4), (20, 10, 9, 2), (12, 2, 3, 3)))
    found = [(each.size, each.at_one_false, each.at_half) for each in _pittings([picture])]
    assert found == [(4, True, True), (9, True, False), (3, False, False)]
