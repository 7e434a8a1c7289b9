"""Solar cells (ELPV): accuracy and AUROC of probe and fine-tuning over five splits, beside published figures."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from msgspec import Struct
from sklearn.linear_model import LogisticRegressionCV
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from bench.claims.anomaly import Silent
from bench.report import Report, Scale, print_progress, stopwatch
from bench.training_world import stored
from host.importers import elpv
from kenpin.adapters.memory.object_store import MemoryObjectStore
from kenpin.domain.ids import Verdict
from kenpin.domain.recipe import Recipe
from kenpin.importing.entry import Unreadable
from kenpin.pictures.limits import Limits
from kenpin_training.backbones.efficientnet_lite.variants import BACKBONES
from kenpin_training.checkpoint import CheckpointStore
from kenpin_training.data import TrainingData, TrainingRow
from kenpin_training.identity import identity
from kenpin_training.pipeline.features import FeatureStore, no_progress
from kenpin_training.pipeline.learning import learn
from kenpin_training.pipeline.network import pinned_network
from kenpin_training.pipeline.probe import Features, IsNg, Scores
from kenpin_training.pipeline.threshold import ScoredLabels, threshold_of

SEEDS: Final = 5
PROBE: Final = Recipe(soft_labels=False, escape_cost=1, overkill_cost=1)
"""Mistakes cost the same, as in an accuracy."""
TUNED: Final = Recipe(
    method="fine_tune",
    may_turn=True,
    average_views=True,
    held_out_of=8,
    epochs=10,
    escape_cost=1,
    overkill_cost=1,
)
CS: Final = np.logspace(-4, 0, 5)
ACCURACY: Final = 0.895
AUROC: Final = 0.945
MINUTES: Final = 15
PUBLISHED: Final = {"SVM": 0.824, "CNN": 0.884}
"""Accuracies in Deitsch et al. 2019 (arXiv 1807.02894), on one split of their own"""
NOTES: Final = [
    elpv.LICENCE,
    "a cell with a defect probability of 0.5 or more is NG; a quarter of each probability and cell type is tested",
    "accuracy: share of tested cells that are judged right, at a threshold chosen on what was learnt from",
    "scikit-learn: StandardScaler and LogisticRegressionCV on the features of the probe",
    "the probe learns verdicts; fine-tuning learns the defect probability, as a share of people who say NG",
    "fine-tuning: mean of four quarter turns, one image in 8 held out for the threshold",
    "seconds: from pictures to the scores of tested cells; features are kept from split to split",
]


class SplitFigures(Struct, frozen=True):
    """Figures of one method on one split."""

    accuracy: float
    auroc: float
    seconds: float


def measure(scale: Scale, report: Report) -> None:
    """The small scale is without fine-tuning."""
    report.notes += NOTES
    try:
        cells = elpv.cells()
    except Unreadable as reason:
        report.notes.append(f"nothing measured: {reason}")
        return
    with tempfile.TemporaryDirectory(prefix="kenpin-bench-") as folder:
        solar = SolarCells(cells, Path(folder))
        report.sizes |= {"cells": len(cells), "NG": int(solar.ng.sum())}
        found: dict[str, list[SplitFigures]] = {}
        for seed in report.take_seeds("split", SEEDS):
            found.setdefault("scikit-learn", []).append(solar.scikit_learn(seed))
            found.setdefault("probe", []).append(solar.kenpin(PROBE, seed))
            if scale == "full":
                found.setdefault("fine-tuning", []).append(solar.kenpin(TUNED, seed))
            print_progress(f"split {seed}: " + str({name: each[-1] for name, each in found.items()}))
    _report(found, report)


def _report(found: dict[str, list[SplitFigures]], report: Report) -> None:
    for name, accuracy in PUBLISHED.items():
        report.add(f"published, {name}, accuracy", "share", [accuracy])
    for name, figures in found.items():
        report.add(f"{name}, accuracy", "share", [each.accuracy for each in figures])
        report.add(f"{name}, AUROC", "share", [each.auroc for each in figures])
        report.add(f"{name}, one split", "s", [each.seconds for each in figures])
    if tuned := found.get("fine-tuning"):
        accuracy, auroc = (
            float(np.mean(each)) for each in zip(*((s.accuracy, s.auroc) for s in tuned), strict=True)
        )
        report.claim_at_least("fine-tuning, mean accuracy", accuracy, ACCURACY)
        report.claim_at_least("fine-tuning, mean AUROC", auroc, AUROC)
        report.claim_at_most("fine-tuning, longest, minutes", max(s.seconds for s in tuned) / 60, MINUTES)


class SolarCells:
    """The cells, with their features once they were asked for."""

    def __init__(self, cells: Sequence[elpv.Cell], folder: Path) -> None:
        self._objects = MemoryObjectStore()
        self._ids = stored(self._objects, [cell.path.read_bytes() for cell in cells])
        self._shares = [cell.probability for cell in cells]
        self._strata = [f"{cell.probability} {cell.kind}" for cell in cells]
        self._store = FeatureStore(self._objects, folder, Limits())
        self.ng: IsNg = np.array([cell.probability >= elpv.DEFECTIVE for cell in cells])

    def tested(self, seed: int) -> IsNg:
        """Return True for the cells that a split tests."""
        _, test = train_test_split(
            np.arange(self.ng.size), test_size=0.25, random_state=seed, stratify=self._strata
        )
        return np.isin(np.arange(self.ng.size), test)

    def kenpin(self, recipe: Recipe, seed: int) -> SplitFigures:
        """Train by a recipe, and choose the threshold as a run does."""
        test = self.tested(seed)
        rows = tuple(
            TrainingRow(
                self._ids[place], "train", self._verdict(place), self._ids[place], "train", ng_share=share
            )
            for place, share in enumerate(self._shares)
            if not test[place]
        )
        data = TrainingData(rows, {})
        checkpoints = CheckpointStore(
            self._objects, f"split{seed}", identity(BACKBONES[recipe.architecture]), recipe.epochs
        )
        with stopwatch() as clock:
            features = self._store.features(data.image_ids, pinned_network(recipe), no_progress)
            result = learn(data, features, recipe, seed, self._store, Silent(), checkpoints)
            judged = result.model.judge(np.array(self._ids)[test].tolist(), self._store, no_progress)
        seen = ~np.isnan(result.unseen)
        labels = ScoredLabels(result.unseen, data.ng, data.groups, np.ones(seen.size)).of(seen)
        return self._figures(judged.scores, test, threshold_of(labels, recipe, seed), clock.seconds)

    def _verdict(self, place: int) -> Verdict:
        return "NG" if self.ng[place] else "OK"

    def scikit_learn(self, seed: int) -> SplitFigures:
        test = self.tested(seed)
        with stopwatch() as clock:
            features = self._store.features(self._ids, pinned_network(PROBE), no_progress)
            scores = _logistic_scores(features, self.ng, test, seed)
        return self._figures(scores, test, 0.5, clock.seconds)

    def _figures(self, scores: Scores, test: IsNg, threshold: float, seconds: float) -> SplitFigures:
        ng = self.ng[test]
        right = (scores >= threshold) == ng
        return SplitFigures(float(right.mean()), float(roc_auc_score(ng, scores)), seconds)


def _logistic_scores(features: Features, ng: IsNg, test: IsNg, seed: int) -> Scores:
    shuffled = StratifiedKFold(5, shuffle=True, random_state=seed)  # cells of a module follow each other
    logistic = LogisticRegressionCV(
        Cs=CS, cv=shuffled, l1_ratios=(0,), scoring="roc_auc", max_iter=500, use_legacy_attributes=False
    )
    fitted = make_pipeline(StandardScaler(), logistic).fit(features[~test], ng[~test])
    return np.asarray(fitted.predict_proba(features[test])[:, 1])
