"""The steps of a run in order: features, learning, evaluation, and scores of all images."""

from functools import partial

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin.domain.ids import Split
from kenpin.domain.recipe import Recipe
from kenpin_training.checkpoint import CheckpointStore
from kenpin_training.data import TrainingData
from kenpin_training.pipeline import probe as probes
from kenpin_training.pipeline.evaluation import evaluate
from kenpin_training.pipeline.features import FeatureStore
from kenpin_training.pipeline.learning import ProgressReporter, TrainingResult, learn
from kenpin_training.pipeline.network import Network
from kenpin_training.pipeline.probe import Features, Scores
from kenpin_training.pipeline.threshold import least_cost


class RunResult(Struct, frozen=True):
    """The result of a run; rows are in the order of the data."""

    result: TrainingResult
    threshold: float
    features: Features
    """Features by the pinned network, before any fine-tuning: images × features."""
    scores: Scores


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
        probes.check_labels(data.ng[data.train])
        plain, on_progress = Network(self.recipe.image_size), partial(reporter.progress, "preprocess")
        features = self.store.features(data.image_ids, plain, on_progress)
        result = learn(data, features, self.recipe, self.seed, self.store, reporter, self.checkpoints)
        seen = ~np.isnan(result.unseen)
        threshold = least_cost(result.unseen[seen], data.ng[seen], self.recipe)
        reporter.evaluated(
            evaluate(
                result.unseen[seen], data.ng[seen], threshold, "train", result.rule, result.shared_groups
            )
        )
        scores = np.empty(len(data.rows))
        apart = data.measured("validation") | data.measured("test")
        scores[apart] = self._scores("evaluate", apart, features, result)
        self._evaluate(scores, threshold)
        scores[~apart] = self._scores("score", ~apart, features, result)
        return RunResult(result, threshold, features, scores)

    def _scores(
        self, stage: str, which: NDArray[np.bool_], plain: Features, result: TrainingResult
    ) -> Scores:
        on_progress, total = partial(self.reporter.progress, stage), int(which.sum())
        on_progress(0, total)
        features = plain[which]
        if result.network.tuned:
            features = self.store.features(self.data.ids(which), result.network, on_progress)
        on_progress(total, total)
        return result.probe.scores(features)

    def _evaluate(self, scores: Scores, threshold: float) -> None:
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
                self.reporter.evaluated(evaluation)
