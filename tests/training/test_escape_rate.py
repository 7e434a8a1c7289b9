"""The promise of an escape rate, against an exhaustive count in fractions, against mapie and against the truth."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenpin_training.pipeline.escape_rate import highest_promising, needed, one_of_each_group


def exhaustive(scores: list[float], rate: Fraction, confidence: Fraction) -> float | None:
    """Try every score as a threshold from the lowest up, with binomial sums in exact fractions."""
    chosen, count = None, len(scores)
    for threshold in sorted(scores):
        escapes = sum(score < threshold for score in scores)
        chance = sum(comb(count, k) * rate**k * (1 - rate) ** (count - k) for k in range(escapes + 1))
        if chance > 1 - confidence:
            break
        chosen = threshold
    return chosen


@settings(max_examples=60, deadline=None)
@given(
    scores=st.lists(st.floats(0, 1, exclude_min=True), min_size=1, max_size=80, unique=True),
    rate=st.sampled_from([Fraction(1, 100), Fraction(1, 20), Fraction(1, 5)]),
    confidence=st.sampled_from([Fraction(9, 10), Fraction(95, 100)]),
)
def test_it_is_what_an_exhaustive_search_finds(
    scores: list[float], rate: Fraction, confidence: Fraction
) -> None:
    found = highest_promising(np.array(scores), float(rate), float(confidence))
    assert found == exhaustive(scores, rate, confidence)


@pytest.mark.parametrize(
    ("rate", "confidence", "images"), [(0.01, 0.95, 299), (0.05, 0.95, 59), (0.1, 0.9, 22)]
)
def test_the_number_of_ng_images_that_a_promise_needs(rate: float, confidence: float, images: int) -> None:
    assert needed(rate, confidence) == images
    assert highest_promising(np.linspace(0, 1, images), rate, confidence) == 0
    assert highest_promising(np.linspace(0, 1, images - 1), rate, confidence) is None


def test_the_promise_is_broken_no_more_often_than_it_says() -> None:
    """Scores are uniform, so the true escape rate of a threshold is the threshold."""
    random = np.random.default_rng(0)
    chosen = [highest_promising(random.random(200), 0.05, 0.9) for _ in range(2_000)]
    assert np.mean([each is not None and each > 0.05 for each in chosen]) <= 0.115


def test_equal_scores_promise_what_the_lowest_does() -> None:
    assert highest_promising(np.full(400, 0.7), 0.01, 0.95) == 0.7


def test_a_group_counts_once() -> None:
    groups = np.array([0, 0, 0, 1, 1, 2])
    which = np.array([True, True, False, True, True, False])
    drawn = [tuple(one_of_each_group(which, groups, seed)) for seed in range(20)]
    assert {len(each) for each in drawn} == {2}
    assert {each[0] for each in drawn} == {0, 1} and {each[1] for each in drawn} == {3, 4}
