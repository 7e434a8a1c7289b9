"""Labels that each strategy of suggestions needs for 95 % of the full AUROC, beside random; speed of a ranking."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from bench.labelled_sets import LabelledSet, Places, labelled_sets
from bench.report import Report, Scale, print_progress, stopwatch
from kenpin.domain.recipe import Recipe
from kenpin.domain.suggestion_strategies import HYBRID, Strategy
from kenpin_training.pipeline import probe
from kenpin_training.pipeline.familiarity import familiarity_of
from kenpin_training.pipeline.folds import folds
from kenpin_training.pipeline.network import pinned_network
from kenpin_training.pipeline.strategies import PoolScores, PoolSignals
from kenpin_training.pipeline.suggestions import rank

RECIPE: Final = Recipe()
ARMS: Final[dict[str, tuple[Strategy, ...]]] = {
    "hybrid": HYBRID,
    "uncertain, diverse": ("uncertain", "diverse"),
    "uncertain": ("uncertain",),
    "suspected_ng": ("suspected_ng",),
    "diverse": ("diverse",),
    "near_miss": ("near_miss", "diverse"),
    "disagreement": ("disagreement", "diverse"),
    "unfamiliar": ("unfamiliar", "diverse"),
}
RANDOM: Final[tuple[Strategy, ...]] = ()
"""The arm that draws its images at random"""
LABELS_A_ROUND: Final = 20
MOST_LABELS: Final = 600
OF_FULL: Final = 0.95
THRESHOLD: Final = 0.5
AIM: Final = 0.6
RANKED: Final = (100_000, 1_280)
LONGEST_S: Final = 3.0
SEEDS: Final[dict[Scale, int]] = {"small": 2, "full": 5}
NOTES: Final = [
    f"labels: those judged when the AUROC on test images first reaches {OF_FULL} of that with all labels, in rounds of "
    f"{LABELS_A_ROUND}; {MOST_LABELS} where it never does",
    "every tenth pick is a random control, in every arm; random: all are drawn at random",
    "near_miss takes turns with diverse, as there are no misses at first; so do disagreement, of the probes of two "
    "rounds, and unfamiliar, which often has no image left",
    "without rare_class: none of these sets has several defect classes; without anomaly: each round would train a "
    "memory of patches and make a map of every image, minutes on two cores",
]


def measure(scale: Scale, report: Report) -> None:
    report.notes += NOTES
    seeds = report.take_seeds("seed", SEEDS[scale])
    _measure_speed(report)
    for data in labelled_sets(scale, report, pinned_network(RECIPE)):
        report.sizes |= {f"{data.name}, images": data.ng.size, f"{data.name}, NG": int(data.ng.sum())}
        needed = {name: _over_seeds(data, name, seeds) for name in ("random", *ARMS)}
        for name, labels in needed.items():
            report.add(f"{data.name}, {name}", "labels", labels)
        share = float(np.mean(needed["hybrid"]) / np.mean(needed["random"]))
        report.claim_at_most(f"{data.name}, labels of hybrid to those of random", share, AIM)


def _over_seeds(data: LabelledSet, name: str, seeds: Sequence[int]) -> list[int]:
    print_progress(f"{data.name}, {name}")
    return [labels_needed(data, ARMS.get(name, RANDOM), seed) for seed in seeds]


def labels_needed(data: LabelledSet, strategies: Sequence[Strategy], seed: int) -> int:
    """Return the number of labels at which the model is nearly as good as with all; MOST_LABELS at most."""
    test = data.test(np.random.default_rng(seed))
    everything = probe.fit(data.features[~test], data.ng[~test], RECIPE.c)
    wanted = OF_FULL * _auroc(data, everything, test)
    for judged, learnt in _rounds(data, test, strategies, seed):
        if _auroc(data, learnt, test) >= wanted:
            return judged
    return MOST_LABELS


def _rounds(
    data: LabelledSet, test: NDArray[np.bool_], strategies: Sequence[Strategy], seed: int
) -> Iterator[tuple[int, probe.Probe]]:
    pool, judged = np.flatnonzero(~test), np.empty(0, np.int64)
    learnt: list[probe.Probe] = []
    while judged.size < min(MOST_LABELS, pool.size):
        rest = np.setdiff1d(pool, judged)
        taken = _batch(data, rest, judged, strategies, learnt, seed * MOST_LABELS + judged.size)
        judged = np.append(judged, taken)
        ng = data.ng[judged]
        if min(ng.sum(), (~ng).sum()) >= 2:
            learnt.append(probe.fit(data.features[judged], ng, RECIPE.c))
            yield judged.size, learnt[-1]


def _batch(
    data: LabelledSet,
    rest: Places,
    judged: Places,
    strategies: Sequence[Strategy],
    learnt: Sequence[probe.Probe],
    seed: int,
) -> Places:
    """Return the images to judge next. `learnt`: the probes of the rounds before."""
    if not strategies:
        return np.random.default_rng(seed).permutation(rest)[:LABELS_A_ROUND]
    x, known = data.features[rest], data.features[judged]
    if learnt:
        signals = _signals(data, rest, judged, strategies, learnt, seed)
        picks = rank(x, known, LABELS_A_ROUND, seed, strategies, signals)
    else:
        picks = rank(x, known, LABELS_A_ROUND, seed)
    return rest[[pick.index for pick in picks]]


def _signals(
    data: LabelledSet,
    rest: Places,
    judged: Places,
    strategies: Sequence[Strategy],
    learnt: Sequence[probe.Probe],
    seed: int,
) -> PoolSignals:
    x = data.features[rest]
    newest, *before = (PoolScores(each.scores(x), THRESHOLD) for each in learnt[:-3:-1])
    return PoolSignals(
        newest,
        other=before[0] if before else None,
        unfamiliar=_unfamiliar(data, rest, judged, seed) if "unfamiliar" in strategies else None,
        misses=data.features[judged[_missed(data, judged, seed)]] if "near_miss" in strategies else None,
    )


def _unfamiliar(data: LabelledSet, rest: Places, judged: Places, seed: int) -> probe.Scores:
    places = np.append(judged, rest)
    train = np.arange(places.size) < judged.size
    return familiarity_of(data.features[places], train, data.groups[places], seed).unfamiliar[~train]


def _missed(data: LabelledSet, judged: Places, seed: int) -> NDArray[np.bool_]:
    ng = data.ng[judged]
    parted = folds(ng, data.groups[judged], seed)
    unseen = probe.out_of_fold(data.features[judged], ng, RECIPE.c, parted.masks)
    return np.asarray(ng & (unseen < THRESHOLD))


def _auroc(data: LabelledSet, learnt: probe.Probe, test: NDArray[np.bool_]) -> float:
    return float(roc_auc_score(data.ng[test], learnt.scores(data.features[test])))


def _measure_speed(report: Report) -> None:
    random = np.random.default_rng(0)
    pool = random.standard_normal(RANKED, dtype=np.float32)
    signals = PoolSignals(PoolScores(random.random(RANKED[0]), THRESHOLD))
    with stopwatch() as clock:
        rank(pool, pool[:200], LABELS_A_ROUND, 0, signals=signals)
    report.add(f"rank {RANKED[0]:,} × {RANKED[1]:,}", "s", [clock.seconds])
    report.claim_at_most(f"rank {RANKED[0]:,} × {RANKED[1]:,}, seconds", clock.seconds, LONGEST_S)
