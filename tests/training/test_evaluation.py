"""Counts, bounds and ranking quality against their definitions, worked out the long way."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenpin.domain.error_rates import upper_bound
from kenpin_training.pipeline.evaluation import auroc, average_precision, evaluate

SCORED = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.5, 0.6, 1.0]), st.booleans()), min_size=1, max_size=20
)


@pytest.mark.parametrize(
    ("errors", "trials", "bound"), [(0, 50, 0.058), (0, 299, 0.010), (1, 50, 0.0914), (3, 3, 1.0)]
)
def test_bounds_are_clopper_and_pearsons(errors: int, trials: int, bound: float) -> None:
    assert upper_bound(errors, trials) == pytest.approx(bound, abs=5e-4)


def test_nothing_is_said_without_a_trial() -> None:
    assert upper_bound(0, 0) is None


def test_mistakes_are_counted_by_kind() -> None:
    scores, ng = np.array([0.2, 0.5, 0.9, 0.1, 0.8]), np.array([True, True, True, False, False])
    result = evaluate(scores, ng, 0.5, "test", "by part")
    assert (result.images, result.ng, result.ok, result.escapes, result.overkills) == (5, 3, 2, 1, 1)
    assert (result.escape_rate, result.overkill_rate) == (1 / 3, 1 / 2)
    assert (result.split, result.split_rule, result.threshold) == ("test", "by part", 0.5)


def test_a_split_of_one_verdict_has_half_an_evaluation() -> None:
    result = evaluate(np.array([0.2, 0.7]), np.array([False, False]), 0.5, "test", "by lot")
    assert (result.escape_rate, result.escape_bound, result.auroc, result.average_precision) == (None,) * 4
    assert result.overkill_rate == 0.5


@given(SCORED)
def test_auroc_is_the_share_of_pairs_in_order(scored: list[tuple[float, bool]]) -> None:
    pairs = [(n > o) + (n == o) / 2 for n, is_ng in scored if is_ng for o, other in scored if not other]
    expected = sum(pairs) / len(pairs) if pairs else None
    scores, ng = (np.array(column) for column in zip(*scored, strict=True))
    assert auroc(scores, ng) == (expected if expected is None else pytest.approx(expected))


@given(SCORED)
def test_average_precision_weighs_precision_by_recall_gained(scored: list[tuple[float, bool]]) -> None:
    total, expected, before = sum(is_ng for _, is_ng in scored), 0.0, 0
    for cut in sorted({score for score, _ in scored}, reverse=True):
        above = [is_ng for score, is_ng in scored if score >= cut]
        expected += sum(above) / len(above) * (sum(above) - before) / max(total, 1)
        before = sum(above)
    scores, ng = (np.array(column) for column in zip(*scored, strict=True))
    assert average_precision(scores, ng) == (pytest.approx(expected) if total else None)
