"""Share of wrong labels in the first tenth of the label review, with 5 % of the labels flipped; beside cleanlab."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench import peer_cleanlab
from bench.labelled_sets import LabelledSet, labelled_sets
from bench.report import Report, Scale, print_progress
from kenpin.domain.recipe import Recipe
from kenpin_training.pipeline import probe
from kenpin_training.pipeline.folds import folds
from kenpin_training.pipeline.label_doubt import doubts_of
from kenpin_training.pipeline.network import pinned_network

Doubts = NDArray[np.float64]

FLIPPED: Final = 0.05
LOOKED_AT: Final = 0.1
AIM: Final = 0.8
FEWEST_FLIPPED: Final = 10
"""A share of fewer says nothing."""
SEEDS: Final[dict[Scale, int]] = {"small": 3, "full": 5}
NOTES: Final = [
    "5 % of the labels are flipped at random, seed by seed; found: the share of them among the first 10 % of the list",
    "Kenpin: 1 - the calibrated probability of the label by out-of-fold probes, folds of whole groups",
    "cleanlab: its label quality (self-confidence) of the same out-of-fold scores",
    "labels that were wrong before count as not flipped: they take places in the list",
]


def measure(scale: Scale, report: Report) -> None:
    report.notes += NOTES
    report.seeds |= {f"seed {seed}": seed for seed in range(SEEDS[scale])}
    for data in labelled_sets(scale, report, pinned_network(Recipe())):
        if round(FLIPPED * data.ng.size) < FEWEST_FLIPPED:
            report.notes.append(f"without {data.name}: too few labels to flip 5 % of")
            continue
        print_progress(data.name)
        report.sizes |= {f"{data.name}, images": data.ng.size, f"{data.name}, NG": int(data.ng.sum())}
        rounds = [_found(data, seed) for seed in range(SEEDS[scale])]
        for name in ("Kenpin", "cleanlab"):
            report.add(f"{data.name}, {name}", "share found", [found[name] for found in rounds])
        report.claim_at_least(
            f"{data.name}, mean share found", float(np.mean([found["Kenpin"] for found in rounds])), AIM
        )


def _found(data: LabelledSet, seed: int) -> dict[str, float]:
    flipped = flipped_labels(data.ng.size, seed)
    ng = data.ng ^ flipped
    scores = probe.out_of_fold(data.features, ng, Recipe().c, folds(ng, data.groups, seed).masks)
    return {
        "Kenpin": share_found(doubts_of(scores, ng), flipped),
        "cleanlab": share_found(1 - peer_cleanlab.quality(scores, ng), flipped),
    }


def flipped_labels(count: int, seed: int) -> NDArray[np.bool_]:
    flipped = np.zeros(count, bool)
    flipped[np.random.default_rng(seed).choice(count, round(FLIPPED * count), replace=False)] = True
    return flipped


def share_found(doubts: Doubts, flipped: NDArray[np.bool_]) -> float:
    """Return the share of the flipped labels among the first tenth, most doubtful first."""
    first = np.argsort(-doubts, kind="stable")[: round(LOOKED_AT * doubts.size)]
    return float(flipped[first].sum() / flipped.sum())
