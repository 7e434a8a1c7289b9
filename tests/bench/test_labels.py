"""The measurement of the label review, on lists whose answer is known."""

import numpy as np
import pytest

from bench.claims.labels import flipped_labels, share_found

FLIPPED = np.arange(100) < 5


@pytest.mark.parametrize(
    ("doubts", "share"),
    [(-np.arange(100.0), 1.0), (np.arange(100.0), 0.0), (-np.abs(np.arange(100) - 8.0), 0.4)],
)
def test_the_share_found_is_of_the_first_tenth(doubts: np.ndarray, share: float) -> None:
    assert share_found(doubts, FLIPPED) == share


def test_a_twentieth_of_the_labels_is_flipped_the_same_for_a_seed() -> None:
    assert flipped_labels(200, 1).sum() == 10
    assert np.array_equal(flipped_labels(200, 1), flipped_labels(200, 1))
    assert not np.array_equal(flipped_labels(200, 1), flipped_labels(200, 2))
