"""Laws of the border: whatever was judged, nobody is asked twice, and the nearest comes first."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kenpin_training.pipeline.border import MAX_CASES, NEAR_LEAST, cosine_distances, rank

seeds = st.integers(0, 20)
counts = st.sampled_from([1, 7, 40, 700])


@settings(deadline=None, max_examples=40)
@given(seed=seeds, count=counts, known=st.booleans(), scored=st.booleans(), class_first=st.booleans())
def test_every_decision_with_the_class_is_in_as_far_as_there_is_room(
    seed: int, count: int, known: bool, scored: bool, class_first: bool
) -> None:
    random = np.random.default_rng(seed)
    has_class = random.random(count) < 0.3
    distances = random.random(count) if known else None
    scores = random.random(count) if scored else None
    cases = rank(has_class, distances, scores, 0.5, class_first=class_first)
    found = [case.index for case in cases]
    assert len(set(found)) == len(found) <= MAX_CASES
    if len(found) < MAX_CASES:
        assert set(np.flatnonzero(has_class)) <= set(found)
    if class_first:
        assert [case.has_class for case in cases] == sorted((c.has_class for c in cases), reverse=True)
    if not known:
        assert all(case.has_class and case.distance is None for case in cases)


@settings(deadline=None, max_examples=20)
@given(seed=seeds, count=counts)
def test_without_a_model_the_nearest_come_first_whatever_their_verdict(seed: int, count: int) -> None:
    distances = np.random.default_rng(seed).random(count)
    cases = rank(np.zeros(count, dtype=bool), distances, None, 0.5, class_first=False)
    assert [case.index for case in cases] == list(np.argsort(distances, kind="stable")[: len(cases)])
    assert len(cases) == min(count, max(NEAR_LEAST, int(count * 0.1)))


def test_with_a_model_nearness_to_the_threshold_counts_as_much() -> None:
    distances = np.array([0.1, 0.2, 0.3])
    scores = np.array([0.999, 0.5, 0.6])
    cases = rank(np.ones(3, dtype=bool), distances, scores, 0.5, class_first=True)
    assert [case.index for case in cases] == [1, 0, 2]


def test_distance_is_to_the_nearest_reference_and_none_without_one() -> None:
    rows = np.array([[1, 0], [0, 2], [-1, 0]], dtype=np.float32)
    assert cosine_distances(rows, np.empty((0, 2), np.float32)) is None
    found = cosine_distances(rows, np.array([[3, 0], [0, 1]], dtype=np.float32))
    assert found is not None and np.allclose(found, [0, 0, 1])
