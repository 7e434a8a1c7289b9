"""The rule for thresholds that the calibrated one replaced: the cheapest cut through the scores, for comparison."""

import numpy as np

from kenpin.domain.recipe import Recipe
from kenpin_training.pipeline.log_odds import to_log_odds, to_score
from kenpin_training.pipeline.probe import IsNg, Scores


def least_cost(scores: Scores, ng: IsNg, recipe: Recipe) -> float:
    """Return the threshold of least expected cost per part, on scores of images that the model did not learn from.

    cost(t) = rate · escape_cost · P(score < t | NG) + (1 - rate) · overkill_cost · P(score ≥ t | OK), where the
    rate is the production defect rate, or the share of NG in these labels. Where several cuts cost the same, the
    one in the widest gap between scores is taken, half-way in log-odds.
    """
    rate = float(ng.mean()) if recipe.defect_rate is None else recipe.defect_rate
    order = np.argsort(scores, kind="stable")
    below_ng = np.concatenate([[0.0], np.cumsum(ng[order])]) / max(ng.sum(), 1)
    below_ok = np.concatenate([[0.0], np.cumsum(~ng[order])]) / max((~ng).sum(), 1)
    cost = rate * recipe.escape_cost * below_ng + (1 - rate) * recipe.overkill_cost * (1 - below_ok)
    odds = to_log_odds(scores[order])
    edges = np.concatenate([odds[:1] - 1, odds, odds[-1:] + 1])
    gaps = np.diff(edges)
    cost = np.where(gaps > 0, cost, np.inf)
    cheapest = np.flatnonzero(np.isclose(cost, cost.min(), rtol=1e-9, atol=0))
    best = cheapest[np.argmax(gaps[cheapest])]
    middle = float(to_score((edges[best] + edges[best + 1]) / 2))
    first_ng = float(scores[order[best]]) if best < scores.size else 1.0
    return min(middle, first_ng)
