"""Calibrated probabilities and sampling weights, on data whose truth is known."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from kenpin_training.pipeline.calibration import Calibration, calibrate
from kenpin_training.pipeline.log_odds import to_score
from kenpin_training.pipeline.sampling import stands_for, tempered

Floats = NDArray[np.float64]


def drawn(images: int, slope: float, intercept: float, seed: int = 0) -> tuple[Floats, NDArray[np.bool_]]:
    """Draw scores whose true log-odds are slope · log-odds + intercept."""
    random = np.random.default_rng(seed)
    log_odds = random.normal(0, 2, images)
    return to_score(log_odds), random.random(images) < to_score(slope * log_odds + intercept)


@pytest.mark.parametrize(("slope", "intercept"), [(1.0, 0.0), (0.5, -1.0), (2.0, 1.0)])
def test_the_true_curve_is_found(slope: float, intercept: float) -> None:
    found = calibrate(*drawn(20_000, slope, intercept), np.ones(20_000))
    assert (found.slope, found.intercept) == pytest.approx((slope, intercept), abs=0.08)


def test_it_equals_logistic_regression_where_labels_are_many() -> None:
    scores, ng = drawn(3_000, 0.7, 0.4)
    weights = np.random.default_rng(1).uniform(0.2, 3, 3_000)
    x = (np.log(scores) - np.log1p(-scores))[:, None]
    theirs = LogisticRegression(C=1e6, tol=1e-10).fit(x, ng, sample_weight=weights)
    found = calibrate(scores, ng, weights)
    assert found.slope == pytest.approx(theirs.coef_[0, 0], rel=1e-3)
    assert found.intercept == pytest.approx(theirs.intercept_[0], abs=1e-3)


def test_several_fits_at_once_equal_one_after_the_other() -> None:
    scores, ng = drawn(80, 1.0, -0.5)
    weights = np.random.default_rng(2).integers(0, 4, (5, 80)).astype(float)
    together = calibrate(scores, ng, weights)
    for fit, row in enumerate(weights):
        alone = calibrate(scores, ng, row)
        assert (together.slope[fit], together.intercept[fit]) == pytest.approx((alone.slope, alone.intercept))


@pytest.mark.parametrize(
    "scores", [[0.1, 0.2, 0.8, 0.9], [0.0, 0.0, 1.0, 1.0], [0.5, 0.5, 0.5, 0.5], [0.9, 0.8, 0.2, 0.1]]
)
def test_few_labels_give_a_finite_curve_that_rises(scores: list[float]) -> None:
    found = calibrate(np.array(scores), np.array([False, False, True, True]), np.ones(4))
    assert np.isfinite([found.slope, found.intercept]).all()
    assert found.slope > 0


def test_a_log_odds_goes_to_a_score_and_back() -> None:
    calibration = Calibration(np.array(2.0), np.array(-1.0))
    score = to_score(calibration.log_odds_of_score(np.array(0.7)))
    assert calibration.log_odds(score[None])[0] == pytest.approx(0.7)


def test_controls_stand_for_the_rest_of_the_pool() -> None:
    suggested = np.array([True, True, True, False, False])
    assert stands_for(suggested, 103).tolist() == [1, 1, 1, 50, 50]


@pytest.mark.parametrize("suggested", [[True, True], [False, False], [True, False]])
def test_weights_are_equal_where_nothing_can_be_weighed(suggested: list[bool]) -> None:
    assert set(stands_for(np.array(suggested), 2)) == {1.0}


def test_weights_give_back_the_share_of_ng_that_a_policy_hides() -> None:
    """The policy takes the 100 highest of 5,000; 200 controls are drawn at random from the others."""
    scores, ng = drawn(5_000, 1.0, -3.0)
    order = np.argsort(-scores)
    judged = np.concatenate([order[:100], np.random.default_rng(3).permutation(order[100:])[:200]])
    weights = stands_for(np.arange(300) < 100, 5_000)
    assert ng[judged].mean() > 2 * ng.mean()
    assert np.average(ng[judged], weights=weights) == pytest.approx(ng.mean(), rel=0.25)
    assert weights.sum() == pytest.approx(5_000)


def test_tempered_weights_sum_to_the_effective_number_of_images() -> None:
    assert tempered(np.ones(7)).tolist() == pytest.approx([1] * 7)
    few = tempered(np.array([100.0, 1, 1, 1]))
    assert few[0] / few[1] == pytest.approx(10)
    assert few.sum() == pytest.approx(13**2 / 103)
