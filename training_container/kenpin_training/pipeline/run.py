"""The steps of a run in order: features, learning, evaluation, and scores of all images."""

from collections.abc import Mapping
from functools import partial

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from kenpin.domain.dataset.eligibility import check_enough
from kenpin.domain.ids import ImageId, Split
from kenpin.domain.recipe import Recipe
from kenpin.domain.run.values import Evaluation, ThresholdChoice
from kenpin_training.checkpoint import CheckpointStore
from kenpin_training.data import TrainingData
from kenpin_training.pipeline.chosen_threshold import ChosenThreshold, cross_judged
from kenpin_training.pipeline.evaluation import evaluate
from kenpin_training.pipeline.familiarity import Familiarity, familiarity_of
from kenpin_training.pipeline.features import FeatureStore
from kenpin_training.pipeline.label_doubt import FEWEST_OF_A_VERDICT, label_doubts
from kenpin_training.pipeline.learning import learn
from kenpin_training.pipeline.model import ClassScores, ImageScores, ProgressReporter, TrainingResult
from kenpin_training.pipeline.network import pinned_network
from kenpin_training.pipeline.probe import Features, Scores
from kenpin_training.pipeline.ranking_bounds import with_ranking_bounds
from kenpin_training.pipeline.region_evaluation import with_regions
from kenpin_training.pipeline.regions import DefectMap
from kenpin_training.pipeline.sampling import stands_for
from kenpin_training.pipeline.threshold import ScoredLabels, choose


class RunResult(Struct, frozen=True):
    """The result of a run; rows are in the order of the data."""

    result: TrainingResult
    threshold: float
    features: Features
    """Features by the pinned network, before any fine-tuning: images × features."""
    scores: Scores
    maps: Mapping[ImageId, DefectMap]
    """Maps of the images that score highest, of families that make maps"""
    familiarity: Familiarity
    label_doubts: Scores
    """1 - the probability of the verdict of each image that was learnt from; NaN for the others"""
    class_scores: ClassScores
    """By the model, in the order of its classes; NaN for families that score no classes of whole images"""


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
        plain, on_progress = pinned_network(self.recipe), partial(reporter.progress, "preprocess")
        features = self.store.features(data.image_ids, plain, on_progress)
        result = learn(data, features, self.recipe, self.seed, self.store, reporter, self.checkpoints)
        seen = ~np.isnan(result.unseen)
        labels = self._labels(result.unseen, seen)
        chosen = ChosenThreshold(choose(labels, self.recipe, self.seed), seen)
        self._report_unseen(labels, chosen.choice, result)
        apart = data.measured("validation") | data.measured("test")
        measured = self._judge("evaluate", apart, result)
        scores = np.empty(len(data.rows))
        scores[apart] = measured.scores
        self._evaluate(scores, measured.maps, chosen)
        others = self._judge("score", ~apart, result)
        scores[~apart] = others.scores
        maps = {**others.maps, **measured.maps}
        familiarity = familiarity_of(features, data.train, data.groups, self.seed)
        doubts = self._label_doubts(features)
        classes = np.full((len(data.rows), len(result.model.classes)), np.nan)
        for which, judged in ((apart, measured), (~apart, others)):
            if judged.class_scores is not None:
                classes[which] = judged.class_scores
        return RunResult(
            result, chosen.choice.threshold, features, scores, maps, familiarity, doubts, classes
        )

    def _label_doubts(self, features: Features) -> Scores:
        """NaN for all where one verdict is too rare to learn from, as with OK images alone."""
        train = self.data.train
        doubts, ng = np.full(train.size, np.nan), self.data.ng[train]
        if min(ng.sum(), (~ng).sum()) >= FEWEST_OF_A_VERDICT:
            groups = self.data.groups[train]
            doubts[train] = label_doubts(features[train], ng, groups, self.recipe.c, self.seed)
        return doubts

    def _labels(self, unseen: Scores, seen: NDArray[np.bool_]) -> ScoredLabels:
        """Return what the threshold is chosen on: images with a score by a model that had not seen them."""
        data = self.data
        weights = np.ones(len(data.rows))
        weights[data.train] = stands_for(data.suggested[data.train], int((data.train | data.pool).sum()))
        return ScoredLabels(
            unseen[seen], data.ng[seen], data.groups[seen], weights[seen], data.suggested[seen]
        )

    def _report_unseen(self, labels: ScoredLabels, choice: ThresholdChoice, result: TrainingResult) -> None:
        """Report on the images that the threshold was chosen on: each is judged by one chosen on the others."""
        verdicts = cross_judged(labels, self.recipe, self.seed)
        rule = (result.rule, result.shared_groups)
        evaluation = evaluate(labels.scores, labels.ng, choice.threshold, "train", *rule, verdicts=verdicts)
        evaluation = with_ranking_bounds(evaluation, labels.scores, labels.ng, labels.groups, self.seed)
        self._report(evaluation, choice)

    def _report(self, evaluation: Evaluation, choice: ThresholdChoice) -> None:
        self.reporter.evaluated(replace(evaluation, choice=choice))

    def _judge(self, stage: str, which: NDArray[np.bool_], result: TrainingResult) -> ImageScores:
        on_progress, total = partial(self.reporter.progress, stage), int(which.sum())
        on_progress(0, total)
        if total == 0:
            return ImageScores(np.empty(0))
        judged = result.model.judge(self.data.ids(which), self.store, on_progress)
        on_progress(total, total)
        return judged

    def _evaluate(self, scores: Scores, maps: Mapping[ImageId, DefectMap], chosen: ChosenThreshold) -> None:
        splits: tuple[Split, ...] = ("validation", "test")
        for split in splits:
            which = self.data.measured(split)
            if which.any():
                threshold = chosen.to_report_on(which)
                rule = self.data.rules.get(split, "no rule was stated")
                shared = self.data.shared_groups(which)
                alike = self.data.near_duplicates(which)
                evaluation = evaluate(
                    scores[which], self.data.ng[which], threshold, split, rule, shared, alike
                )
                evaluation = with_ranking_bounds(
                    evaluation, scores[which], self.data.ng[which], self.data.groups[which], self.seed
                )
                rows = [row for row, taken in zip(self.data.rows, which, strict=True) if taken]
                self._report(with_regions(evaluation, rows, maps, self.store.objects), chosen.choice)
