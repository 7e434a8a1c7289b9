"""The threshold of a run: of least expected cost on a smooth cost curve, or one that promises an escape rate."""

import math
from typing import Final

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy.sparse import coo_array

from kenpin.domain.recipe import Recipe
from kenpin.domain.run.values import NotReady, ThresholdChoice
from kenpin_training.data import Groups
from kenpin_training.pipeline.calibration import Calibration, calibrate, clipped_log_odds
from kenpin_training.pipeline.escape_rate import highest_promising, needed, one_of_each_group
from kenpin_training.pipeline.log_odds import to_log_odds, to_score
from kenpin_training.pipeline.probe import IsNg, Scores
from kenpin_training.pipeline.resampling import interval, numbered, resamples
from kenpin_training.pipeline.sampling import tempered

Floats = NDArray[np.float64]

NO_NG: Final = 0.5
"""The threshold where one verdict is missing: the anomaly family aims at it."""
LEAST_NG: Final = 20
"""With fewer NG images, a run's model ranks and does not decide alone."""
LITTLE: Final = 0.1
"""An interval of the cost narrower than this share of what judging all images alike costs does no harm."""
BINS: Final = 200
"""Scores of many images are taken together in so many bins for the intervals."""


class ScoredLabels(Struct, frozen=True):
    """Judged images with scores by a model that had not seen them: a threshold is chosen on them."""

    scores: Scores
    ng: IsNg
    groups: Groups
    weights: Floats
    """Number of pool images that each stands for"""
    suggested: NDArray[np.bool_] | None = None
    """Images that a policy chose; None: none of them"""

    def of(self, which: NDArray[np.bool_]) -> "ScoredLabels":
        suggested = None if self.suggested is None else self.suggested[which]
        return ScoredLabels(
            self.scores[which], self.ng[which], self.groups[which], self.weights[which], suggested
        )

    @property
    def has_both(self) -> bool:
        return bool(self.ng.any()) and not bool(self.ng.all())


def choose(labels: ScoredLabels, recipe: Recipe, seed: int) -> ThresholdChoice:
    """Return the threshold by the recipe's rule, and whether it may decide alone.

    Intervals are 95 % ones by the bootstrap of whole groups. Where there are too few NG images for the promised
    escape rate, the threshold is that of least cost, and the choice says how many are needed.
    """
    if not labels.has_both:
        ng = int(labels.ng.sum())
        return ThresholdChoice(rule="none", threshold=NO_NG, ng=ng, not_ready=("few_ng",), ng_needed=LEAST_NG)
    if recipe.escape_rate is None:
        return _by_cost(labels, recipe, seed)
    return _by_escape_rate(labels, recipe, recipe.escape_rate, seed)


def threshold_of(labels: ScoredLabels, recipe: Recipe, seed: int) -> float:
    """Return the threshold alone, without intervals."""
    if not labels.has_both:
        return NO_NG
    if recipe.escape_rate is not None:
        scores = _promising_scores(labels, seed)
        if (found := highest_promising(scores, recipe.escape_rate, recipe.confidence)) is not None:
            return found
    return float(_curve(labels, recipe).cheapest())


def _by_cost(labels: ScoredLabels, recipe: Recipe, seed: int) -> ThresholdChoice:
    """Return the threshold of least expected cost per part.

    cost(t) = rate · escape_cost · P(score < t | NG) + (1 - rate) · overkill_cost · P(score ≥ t | OK), where both
    probabilities are sums of calibrated probabilities, not of labels. The rate is the production defect rate, or
    what the labels say of the pool. Scores are probabilities then, so the cost is least where the calibrated odds
    of NG are overkill_cost : escape_cost.
    """
    curve, curves = _curve(labels, recipe), _resampled_curves(labels, recipe, seed)
    threshold, (low, high) = curve.cheapest(), interval(curves.cheapest())
    costs = interval(curves.costs(threshold))
    cost, alike = float(curve.costs(threshold)), float(curve.cost_of_one_verdict())
    ng = int(labels.ng.sum())
    not_ready = _not_ready(ng, cost, costs, alike)
    return ThresholdChoice(
        rule="cost",
        threshold=float(threshold),
        low=low,
        high=high,
        cost=cost,
        cost_low=costs[0],
        cost_high=costs[1],
        ng=ng,
        not_ready=not_ready,
        ng_needed=LEAST_NG if "few_ng" in not_ready else None,
    )


def _by_escape_rate(labels: ScoredLabels, recipe: Recipe, escape_rate: float, seed: int) -> ThresholdChoice:
    scores = _promising_scores(labels, seed)
    threshold = highest_promising(scores, escape_rate, recipe.confidence)
    if threshold is None:
        by_cost = _by_cost(labels, recipe, seed)
        others = tuple(each for each in by_cost.not_ready if each != "few_ng")
        wanted = needed(escape_rate, recipe.confidence)
        return replace(by_cost, ng=scores.size, not_ready=("promise", *others), ng_needed=wanted)
    cost = float(_curve(labels, recipe).costs(np.array(threshold)))
    low, high = interval(_resampled_curves(labels, recipe, seed).costs(np.array(threshold)))
    return ThresholdChoice(
        rule="escape_rate", threshold=threshold, ng=scores.size, cost=cost, cost_low=low, cost_high=high
    )


def _promising_scores(labels: ScoredLabels, seed: int) -> Scores:
    """Return scores of NG images that are a fair sample: not chosen by a policy, one of each group."""
    fair = labels.ng if labels.suggested is None else labels.ng & ~labels.suggested
    return labels.scores[one_of_each_group(fair, labels.groups, seed)]


def _not_ready(ng: int, cost: float, costs: tuple[float, float], alike: float) -> tuple[NotReady, ...]:
    found: list[NotReady] = ["few_ng"] if ng < LEAST_NG else []
    if costs[1] - costs[0] >= max(cost, LITTLE * alike):
        found.append("wide_cost")
    if cost >= alike:
        found.append("no_gain")
    return tuple(found)


class _CostCurve(Struct, frozen=True):
    """The expected cost per part over thresholds: one curve, or one for each resample."""

    recipe: Recipe
    scores: Scores
    calibration: Calibration
    ng: Floats
    """Number of NG images of the pool that each score stands for, by its calibrated probability; curves × scores"""
    ok: Floats

    def rate(self) -> Floats:
        return np.asarray(self.ng.sum(-1) / (self.ng.sum(-1) + self.ok.sum(-1)))

    def cheapest(self) -> Floats:
        """Return the threshold of each curve, no farther than the scores go."""
        recipe = self.recipe
        odds = np.full(self.calibration.slope.shape, math.log(recipe.overkill_cost / recipe.escape_cost))
        if recipe.defect_rate is not None:
            odds = odds + to_log_odds(self.rate()) - to_log_odds(np.array(recipe.defect_rate))
        known = clipped_log_odds(self.scores)
        return to_score(np.clip(self.calibration.log_odds_of_score(odds), known.min() - 1, known.max() + 1))

    def costs(self, threshold: Floats) -> Floats:
        """Return the cost of each curve at one threshold."""
        escapes = (self.ng * (self.scores < threshold)).sum(-1) / self.ng.sum(-1)
        overkills = (self.ok * (self.scores >= threshold)).sum(-1) / self.ok.sum(-1)
        return self._expected(escapes, overkills)

    def cost_of_one_verdict(self) -> Floats:
        """Return the cost when all images are judged alike, whichever verdict costs less."""
        none, all_ = np.zeros_like(self.rate()), np.ones_like(self.rate())
        return np.minimum(self._expected(all_, none), self._expected(none, all_))

    def _expected(self, escapes: Floats, overkills: Floats) -> Floats:
        recipe = self.recipe
        rate = self.rate() if recipe.defect_rate is None else recipe.defect_rate
        return rate * recipe.escape_cost * escapes + (1 - rate) * recipe.overkill_cost * overkills


def _curve(labels: ScoredLabels, recipe: Recipe) -> _CostCurve:
    return _fitted(recipe, labels.scores, labels.ng, labels.weights, tempered(labels.weights))


def _resampled_curves(labels: ScoredLabels, recipe: Recipe, seed: int) -> _CostCurve:
    """Return a curve for each resample. Scores next to each other are taken together where there are many."""
    order = np.argsort(labels.scores, kind="stable")
    bins = np.empty(order.size, np.int64)
    bins[order] = np.arange(order.size) * min(BINS, order.size) // order.size
    count, groups = int(bins.max()) + 1, numbered(labels.groups)
    places = (groups, bins + count * ~labels.ng)
    log_odds = np.bincount(bins, clipped_log_odds(labels.scores)) / np.bincount(bins)
    counts = resamples(int(groups.max()) + 1, seed)
    pool, fit = (
        np.asarray(counts @ coo_array((each, places), (counts.shape[1], 2 * count)))
        for each in (labels.weights, tempered(labels.weights))
    )
    return _fitted(recipe, to_score(np.tile(log_odds, 2)), np.arange(2 * count) < count, pool, fit)


def _fitted(recipe: Recipe, scores: Scores, ng: IsNg, pool: Floats, fit: Floats) -> _CostCurve:
    calibration = calibrate(scores, ng, fit)
    probability = calibration.probabilities(scores)
    return _CostCurve(recipe, scores, calibration, pool * probability, pool * (1 - probability))
