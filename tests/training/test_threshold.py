"""The threshold of least expected cost with its intervals, on data whose truth is known."""

import time

import numpy as np
import pytest
from numpy.typing import NDArray

from kenpin.domain.recipe import Recipe
from kenpin_training.pipeline.log_odds import to_score
from kenpin_training.pipeline.threshold import LEAST_NG, ScoredLabels, choose

Floats = NDArray[np.float64]
BEST = to_score(np.array(-np.log(10)))
"""Where scores are probabilities and an escape costs ten overkills."""


def drawn(images: int, seed: int, groups: int | None = None, shift: float = -1.0) -> ScoredLabels:
    """Draw scores that are true probabilities of NG."""
    random = np.random.default_rng(seed)
    scores = to_score(random.normal(shift, 2, images))
    ng = random.random(images) < scores
    return ScoredLabels(scores, ng, np.arange(images) % (groups or images), np.ones(images))


def true_cost(threshold: float, seed: int = 99) -> float:
    scores = drawn(100_000, seed).scores
    return float(np.where(scores < threshold, 10 * scores, 1 - scores).mean())


def test_many_labels_give_the_true_threshold_and_cost() -> None:
    choice = choose(drawn(20_000, 0), Recipe(), 0)
    assert choice.threshold == pytest.approx(BEST, rel=0.1)
    assert choice.cost == pytest.approx(true_cost(choice.threshold), rel=0.05)
    assert (choice.rule, choice.not_ready, choice.ng_needed) == ("cost", (), None)


def test_the_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    hits = np.zeros(2)
    for seed in range(60):
        choice = choose(drawn(300, seed), Recipe(), seed)
        assert choice.low is not None and choice.high is not None
        assert choice.cost_low is not None and choice.cost_high is not None
        hits[0] += choice.low <= BEST <= choice.high
        hits[1] += choice.cost_low <= true_cost(choice.threshold) <= choice.cost_high
    assert (hits >= 0.85 * 60).all()


def test_images_of_few_groups_give_a_wider_interval() -> None:
    """Every image comes ten times: 300 images say no more than 30."""
    once = drawn(60, 1)
    scores, ng, groups = np.tile(once.scores, 10), np.tile(once.ng, 10), np.tile(once.groups, 10)
    tenfold = ScoredLabels(scores, ng, groups, np.ones(600))
    apart = choose(ScoredLabels(scores, ng, np.arange(600), np.ones(600)), Recipe(), 0)
    whole = choose(tenfold, Recipe(), 0)
    assert whole.cost_high and whole.cost_low and apart.cost_high and apart.cost_low
    assert whole.cost_high - whole.cost_low > 2 * (apart.cost_high - apart.cost_low)


def test_weights_undo_what_a_policy_chose() -> None:
    """Suggestions are the likeliest NG; with weights the expected cost is that of the pool."""
    pool = drawn(20_000, 2, shift=-3.0)
    likeliest = np.argsort(-pool.scores)
    judged = np.concatenate([likeliest[:400], likeliest[400:][:: len(likeliest) // 400]])
    weights = np.where(np.arange(judged.size) < 400, 1.0, 19_600 / (judged.size - 400))
    labels = ScoredLabels(pool.scores[judged], pool.ng[judged], judged, weights)
    plain = ScoredLabels(labels.scores, labels.ng, judged, np.ones(judged.size))
    whole = choose(pool, Recipe(), 0).cost
    assert whole is not None
    assert choose(labels, Recipe(), 0).cost == pytest.approx(whole, rel=0.25)
    assert choose(plain, Recipe(), 0).cost != pytest.approx(whole, rel=0.25)


def test_dearer_escapes_and_more_ng_in_production_lower_the_threshold() -> None:
    labels = drawn(2_000, 3)
    chosen = choose(labels, Recipe(), 0).threshold
    assert choose(labels, Recipe(escape_cost=50), 0).threshold < chosen
    assert choose(labels, Recipe(defect_rate=0.9), 0).threshold < chosen
    assert choose(labels, Recipe(defect_rate=0.001), 0).threshold > chosen


def test_with_one_verdict_the_run_ranks_only() -> None:
    scores = np.linspace(0, 1, 5)
    choice = choose(ScoredLabels(scores, scores > 2, np.arange(5), np.ones(5)), Recipe(), 0)
    assert (choice.threshold, choice.rule, choice.not_ready) == (0.5, "none", ("few_ng",))
    assert choice.ng_needed == LEAST_NG


def test_with_few_ng_images_the_run_ranks_only() -> None:
    choice = choose(drawn(30, 4), Recipe(), 0)
    assert choice.ng < LEAST_NG
    assert "few_ng" in choice.not_ready
    assert choice.ng_needed == LEAST_NG


def test_with_a_cost_as_uncertain_as_it_is_large_the_run_ranks_only() -> None:
    """All mistakes are of one group, which a resample may hold never or often."""
    scores = np.concatenate([np.linspace(0.05, 0.3, 40), np.linspace(0.7, 0.95, 40), np.full(3, 0.01)])
    ng = np.arange(83) >= 40
    labels = ScoredLabels(scores, ng, np.minimum(np.arange(83), 80), np.ones(83))
    choice = choose(labels, Recipe(), 0)
    assert choice.cost and choice.cost_low is not None and choice.cost_high is not None
    assert choice.cost_high - choice.cost_low >= choice.cost
    assert "wide_cost" in choice.not_ready


def test_scores_that_tell_nothing_gain_nothing() -> None:
    random = np.random.default_rng(5)
    labels = ScoredLabels(random.random(500), random.random(500) < 0.3, np.arange(500), np.ones(500))
    assert "no_gain" in choose(labels, Recipe(), 0).not_ready


def test_verdicts_that_part_cleanly_are_ready_and_parted() -> None:
    scores = np.concatenate([np.linspace(0.05, 0.3, 40), np.linspace(0.7, 0.95, 40)])
    choice = choose(ScoredLabels(scores, scores > 0.5, np.arange(80), np.ones(80)), Recipe(), 0)
    assert 0.3 < choice.threshold <= 0.7
    assert choice.not_ready == ()


def test_the_same_seed_gives_the_same_intervals_in_bounded_time() -> None:
    labels = drawn(50_000, 6)
    began = time.process_time()
    first = choose(labels, Recipe(), 7)
    assert time.process_time() - began < 5
    assert choose(labels, Recipe(), 7) == first != choose(labels, Recipe(), 8)


def test_a_promised_escape_rate_is_kept() -> None:
    labels = drawn(3_000, 8)
    choice = choose(labels, Recipe(escape_rate=0.05), 0)
    truth = drawn(50_000, 9)
    assert (choice.rule, choice.not_ready) == ("escape_rate", ())
    assert (truth.scores[truth.ng] < choice.threshold).mean() <= 0.05
    assert choice.cost == pytest.approx(true_cost(choice.threshold), rel=0.1)


def test_too_few_ng_images_for_a_promise_say_how_many_are_needed() -> None:
    choice = choose(drawn(300, 10), Recipe(escape_rate=0.01), 0)
    assert (choice.rule, choice.not_ready, choice.ng_needed) == ("cost", ("promise",), 299)
    assert choice.threshold == choose(drawn(300, 10), Recipe(), 0).threshold


def test_a_promise_counts_neither_suggested_images_nor_a_group_twice() -> None:
    labels = drawn(3_000, 11, groups=600)
    suggested = np.arange(3_000) % 600 >= 300
    fair = ScoredLabels(labels.scores, labels.ng, labels.groups, labels.weights, suggested)
    assert (
        choose(fair, Recipe(escape_rate=0.05), 0).ng == np.unique(labels.groups[labels.ng & ~suggested]).size
    )
