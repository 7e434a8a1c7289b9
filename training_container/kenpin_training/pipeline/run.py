"""The steps of a run in order: features, learning, evaluation, and scores of all images."""

from collections.abc import Mapping
from functools import partial
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin.domain.dataset.eligibility import check_enough
from kenpin.domain.ids import ImageId, Split
from kenpin.domain.recipe import Recipe
from kenpin_training.checkpoint import CheckpointStore
from kenpin_training.data import TrainingData
from kenpin_training.pipeline.evaluation import evaluate
from kenpin_training.pipeline.features import FeatureStore
from kenpin_training.pipeline.learning import learn
from kenpin_training.pipeline.model import ImageScores, ProgressReporter, TrainingResult
from kenpin_training.pipeline.network import Network
from kenpin_training.pipeline.probe import Features, IsNg, Scores
from kenpin_training.pipeline.region_evaluation import with_regions
from kenpin_training.pipeline.regions import HeatMap
from kenpin_training.pipeline.threshold import least_cost

NO_NG: Final = 0.5


class RunResult(Struct, frozen=True):
    """The result of a run; rows are in the order of the data."""

    result: TrainingResult
    threshold: float
    features: Features
    """Features by the pinned network, before any fine-tuning: images × features."""
    scores: Scores
    maps: Mapping[ImageId, HeatMap]
    """Maps of the images that score highest, of families that make maps"""


class TrainingRun(Struct, frozen=True):
    """A training run: the inputs that its steps share."""

    data: TrainingData
    recipe: Recipe
    seed: int
    store: FeatureStore
    reporter: ProgressReporter
    checkpoints: CheckpointStore

    def carry_out(self) -> RunResult:
        """Train, choose the threshold, evaluate, and score all images.

        Raises TooFewLabels, UnreadableImage, and what the reporter raises.
        """
        data, reporter = self.data, self.reporter
        ng = int(data.ng[data.train].sum())
        check_enough(self.recipe.method, ok=int(data.train.sum()) - ng, ng=ng)
        plain, on_progress = Network(self.recipe.image_size), partial(reporter.progress, "preprocess")
        features = self.store.features(data.image_ids, plain, on_progress)
        result = learn(data, features, self.recipe, self.seed, self.store, reporter, self.checkpoints)
        seen = ~np.isnan(result.unseen)
        threshold = self._threshold(result.unseen[seen], data.ng[seen])
        reporter.evaluated(
            evaluate(
                result.unseen[seen], data.ng[seen], threshold, "train", result.rule, result.shared_groups
            )
        )
        apart = data.measured("validation") | data.measured("test")
        measured = self._judge("evaluate", apart, result)
        scores = np.empty(len(data.rows))
        scores[apart] = measured.scores
        self._evaluate(scores, measured.maps, threshold)
        others = self._judge("score", ~apart, result)
        scores[~apart] = others.scores
        return RunResult(result, threshold, features, scores, {**others.maps, **measured.maps})

    def _threshold(self, scores: Scores, ng: IsNg) -> float:
        """Return the threshold of least cost; 0.5 where no image is NG, which is what the anomaly family aims at."""
        return least_cost(scores, ng, self.recipe) if ng.any() and not ng.all() else NO_NG

    def _judge(self, stage: str, which: NDArray[np.bool_], result: TrainingResult) -> ImageScores:
        on_progress, total = partial(self.reporter.progress, stage), int(which.sum())
        on_progress(0, total)
        judged = result.model.judge(self.data.ids(which), self.store, on_progress)
        on_progress(total, total)
        return judged

    def _evaluate(self, scores: Scores, maps: Mapping[ImageId, HeatMap], threshold: float) -> None:
        splits: tuple[Split, ...] = ("validation", "test")
        for split in splits:
            which = self.data.measured(split)
            if which.any():
                rule = self.data.rules.get(split, "no rule was stated")
                shared = self.data.shared_groups(which)
                alike = self.data.near_duplicates(which)
                evaluation = evaluate(
                    scores[which], self.data.ng[which], threshold, split, rule, shared, alike
                )
                rows = [row for row, taken in zip(self.data.rows, which, strict=True) if taken]
                self.reporter.evaluated(with_regions(evaluation, rows, maps, self.store.objects))
