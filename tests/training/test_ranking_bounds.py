"""Intervals of AUROC and average precision, beside scikit-learn's figures and the truth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from sklearn.metrics import average_precision_score, roc_auc_score

from kenpin_training.pipeline.evaluation import evaluate
from kenpin_training.pipeline.ranking_bounds import (
    aurocs,
    average_precisions,
    ranking_intervals,
    with_ranking_bounds,
)

COUNTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=12).filter(
    lambda rows: any(row[0] for row in rows) and any(row[1] for row in rows)
)


@given(COUNTS)
def test_figures_of_counts_equal_scikit_learn(rows: list[tuple[int, int]]) -> None:
    of_ng, of_ok = (np.array([[row[column] for row in rows]], dtype=float) for column in (0, 1))
    scores, truth = np.tile(np.arange(len(rows)), 2), np.repeat([True, False], len(rows))
    weights = np.concatenate([of_ng[0], of_ok[0]])
    counted = weights > 0
    given_ = {"y_true": truth[counted], "y_score": scores[counted], "sample_weight": weights[counted]}
    assert aurocs(of_ng, of_ok) == pytest.approx([roc_auc_score(**given_)])
    assert average_precisions(of_ng, of_ok) == pytest.approx([average_precision_score(**given_)])


def test_the_interval_holds_the_true_auroc_about_as_often_as_it_says() -> None:
    hits, truth = 0, norm.cdf(1.5 / np.sqrt(2))
    for seed in range(100):
        random = np.random.default_rng(seed)
        ng = np.arange(150) < 50
        scores = norm.cdf(random.normal(1.5 * ng, 1))
        (low, high), _ = ranking_intervals(scores, ng, np.arange(150), seed)
        hits += low <= truth <= high
    assert hits >= 87


def test_images_of_one_group_count_as_one_draw() -> None:
    random = np.random.default_rng(0)
    ng = np.arange(40) < 15
    scores = random.random(40) + 0.5 * ng
    ten = (np.tile(scores, 10), np.tile(ng, 10))
    (low, high), _ = ranking_intervals(*ten, np.tile(np.arange(40), 10), 0)
    (apart_low, apart_high), _ = ranking_intervals(*ten, np.arange(400), 0)
    assert high - low > 2 * (apart_high - apart_low)


def test_an_evaluation_of_one_verdict_has_no_interval() -> None:
    scores, ng = np.array([0.2, 0.7]), np.array([False, False])
    evaluation = evaluate(scores, ng, 0.5, "test", "by lot")
    assert with_ranking_bounds(evaluation, scores, ng, np.arange(2), 0) == evaluation


def test_two_groups_give_an_interval_or_none_at_all_is_claimed() -> None:
    scores, ng = np.array([0.2, 0.7]), np.array([False, True])
    assert ranking_intervals(scores, ng, np.arange(2), 0)[0] == (1.0, 1.0)
