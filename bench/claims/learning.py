"""Cost at the chosen threshold over rounds of 20 labels, beside the best threshold in hindsight; old and new rule."""

from collections.abc import Iterator
from typing import Final, Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from bench.empirical_threshold import least_cost
from bench.labelled_sets import LabelledSet, Places, labelled_sets
from bench.report import Report, Scale, print_progress
from kenpin.domain.recipe import Recipe
from kenpin_training.pipeline import probe
from kenpin_training.pipeline.folds import folds
from kenpin_training.pipeline.network import pinned_network
from kenpin_training.pipeline.probe import IsNg, Scores
from kenpin_training.pipeline.sampling import stands_for
from kenpin_training.pipeline.strategies import PoolScores, PoolSignals
from kenpin_training.pipeline.suggestions import rank
from kenpin_training.pipeline.threshold import ScoredLabels, choose, threshold_of

Arm = Literal["suggested", "random"]
Ratios = dict[tuple[str, str, Arm, str], list[float]]
"""(data, rule, arm, labels) → ratios over seeds"""

RECIPE: Final = Recipe()
LABELS_A_ROUND: Final = 20
ROUNDS: Final = 10
RULES: Final = ("old", "new", "deciding alone")
ENOUGH: Final = 100
AIM: Final = 1.3
SEEDS: Final[dict[Scale, int]] = {"small": 3, "full": 5}
NOTES: Final = [
    "ratio: cost on the test images at the chosen threshold (escapes 10, overkills 1) over that at the best threshold "
    "in hindsight, one of them at least one overkill; 1 is the best there is",
    "old: the cheapest cut through out-of-fold scores; new: the calibrated cost curve; both on the same scores",
    "deciding alone: rounds of the new rule that are not marked as rank only",
    "suggested: the hybrid policy with its controls, by the model of the round before; random: drawn at random",
]


class LabelledRound(Struct, frozen=True):
    """A round: scores of the labels by models that had not seen them, and of the test images by the round's model."""

    labels: ScoredLabels
    test_scores: Scores
    test_ng: IsNg


def measure(scale: Scale, report: Report) -> None:
    report.notes += NOTES
    report.seeds |= {f"seed {seed}": seed for seed in range(SEEDS[scale])}
    ratios: Ratios = {}
    for data in labelled_sets(scale, report, pinned_network(RECIPE)):
        report.sizes |= {f"{data.name}, images": data.ng.size, f"{data.name}, NG": int(data.ng.sum())}
        for seed in range(SEEDS[scale]):
            print_progress(f"{data.name}, seed {seed}")
            for arm in ("suggested", "random"):
                for played in _rounds(data, arm, seed):
                    _add(ratios, data, arm, played, seed)
    _report(ratios, report)


def _report(ratios: Ratios, report: Report) -> None:
    for (name, rule, arm, labels), values in ratios.items():
        report.add(f"{name}, {arm}, {rule}, {labels} labels", "ratio", values)
    for name, arm in dict.fromkeys((key[0], key[2]) for key in ratios):
        late = {rule: _late(ratios, name, rule, arm) for rule in RULES}
        if late["new"]:
            for rule, values in late.items():
                if values:
                    report.add(
                        f"{name}, {arm}, {rule}, mean from {ENOUGH} labels", "ratio", [float(np.mean(values))]
                    )
            share = 100 * len(late["deciding alone"]) / len(late["new"])
            report.add(f"{name}, {arm}, deciding alone from {ENOUGH} labels", "% of rounds", [share])
            mean = float(np.mean(late["new"]))
            report.claim_at_most(f"{name}, {arm}, new, mean from {ENOUGH} labels", mean, AIM)


def _late(ratios: Ratios, name: str, rule: str, arm: Arm) -> list[float]:
    """Return the ratios of all rounds with enough labels."""
    found = []
    for key, values in ratios.items():
        if key[:3] == (name, rule, arm) and int(key[3]) >= ENOUGH:
            found += values
    return found


def _add(ratios: Ratios, data: LabelledSet, arm: Arm, played: LabelledRound, seed: int) -> None:
    best = max(_best_cost(played.test_scores, played.test_ng), RECIPE.overkill_cost)
    labels, choice = played.labels, choose(played.labels, RECIPE, seed)
    thresholds = {"old": least_cost(labels.scores, labels.ng, RECIPE), "new": choice.threshold}
    if not choice.not_ready:
        thresholds["deciding alone"] = choice.threshold
    for rule, threshold in thresholds.items():
        cost = max(_cost(played.test_scores, played.test_ng, threshold), RECIPE.overkill_cost)
        ratios.setdefault((data.name, rule, arm, str(labels.ng.size)), []).append(cost / best)


def _cost(scores: Scores, ng: IsNg, threshold: float) -> float:
    escapes, overkills = int((ng & (scores < threshold)).sum()), int((~ng & (scores >= threshold)).sum())
    return RECIPE.escape_cost * escapes + RECIPE.overkill_cost * overkills


def _best_cost(scores: Scores, ng: IsNg) -> float:
    return min(_cost(scores, ng, threshold) for threshold in (*np.unique(scores), 1.1))


def _rounds(data: LabelledSet, arm: Arm, seed: int) -> Iterator[LabelledRound]:
    """Play rounds of labels on the images that are not in the test part: a quarter of the groups."""
    random = np.random.default_rng(seed)
    test = data.test(random)
    pool = np.flatnonzero(~test)
    judged, suggested = np.empty(0, np.int64), np.empty(0, bool)
    scores: Scores | None = None
    threshold = 0.5
    for number in range(ROUNDS):
        rest = np.setdiff1d(pool, judged)
        if not rest.size:
            return
        taken, chosen = _batch(data, arm, rest, judged, scores, threshold, seed * ROUNDS + number)
        judged, suggested = np.append(judged, taken), np.append(suggested, chosen)
        ng = data.ng[judged]
        if min(ng.sum(), (~ng).sum()) < 2:
            continue
        x, groups = data.features[judged], data.groups[judged]
        unseen = probe.out_of_fold(x, ng, RECIPE.c, folds(ng, groups, seed).masks)
        scores = probe.fit(x, ng, RECIPE.c).scores(data.features)
        labels = ScoredLabels(unseen, ng, groups, stands_for(suggested, pool.size), suggested)
        threshold = threshold_of(labels, RECIPE, seed)
        yield LabelledRound(labels, scores[test], data.ng[test])


def _batch(
    data: LabelledSet,
    arm: Arm,
    rest: Places,
    judged: Places,
    scores: Scores | None,
    threshold: float,
    seed: int,
) -> tuple[Places, NDArray[np.bool_]]:
    """Return the images of a round, and which of them a policy chose."""
    if arm == "random":
        drawn = np.random.default_rng(seed).permutation(rest)[:LABELS_A_ROUND]
        return drawn, np.zeros(drawn.size, bool)
    known = PoolSignals(None if scores is None else PoolScores(scores[rest], threshold))
    picks = rank(data.features[rest], data.features[judged], LABELS_A_ROUND, seed, signals=known)
    return rest[[pick.index for pick in picks]], np.array([not pick.control for pick in picks])
