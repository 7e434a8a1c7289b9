"""A run from its data to its model: look, learn, measure, and score everything."""

from functools import partial

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin.domain.ids import Split
from kenpin.domain.recipe import Recipe
from kenpin_training.checkpoint import Keeper
from kenpin_training.data import Data
from kenpin_training.pipeline import probe as probes
from kenpin_training.pipeline.evaluation import evaluate
from kenpin_training.pipeline.features import FeatureStore
from kenpin_training.pipeline.learning import Learnt, Voice, learn
from kenpin_training.pipeline.network import Network
from kenpin_training.pipeline.probe import Features, Scores
from kenpin_training.pipeline.threshold import least_cost


class Outcome(Struct, frozen=True):
    """Rows are in the order of the data."""

    learnt: Learnt
    threshold: float
    features: Features
    """of the untouched network: what images look like, apart from what was learnt"""
    scores: Scores


class Run(Struct, frozen=True):
    """What the steps of a run share."""

    data: Data
    recipe: Recipe
    seed: int
    store: FeatureStore
    voice: Voice
    keeper: Keeper

    def carry_out(self) -> Outcome:
        """Raises TooFewLabels, UnreadableImage, and whatever the voice raises."""
        data, voice = self.data, self.voice
        probes.check_labels(data.ng[data.train])
        plain, told = Network(self.recipe.image_size), partial(voice.progress, "preprocess")
        features = self.store.features(data.image_ids, plain, told)
        learnt = learn(data, features, self.recipe, self.seed, self.store, voice, self.keeper)
        seen = ~np.isnan(learnt.unseen)
        threshold = least_cost(learnt.unseen[seen], data.ng[seen], self.recipe)
        voice.evaluated(evaluate(learnt.unseen[seen], data.ng[seen], threshold, "train", learnt.rule))
        scores = np.empty(len(data.rows))
        apart = data.measured("validation") | data.measured("test")
        scores[apart] = self._scores("evaluate", apart, features, learnt)
        self._evaluate(scores, threshold)
        scores[~apart] = self._scores("score", ~apart, features, learnt)
        return Outcome(learnt, threshold, features, scores)

    def _scores(self, stage: str, which: NDArray[np.bool_], plain: Features, learnt: Learnt) -> Scores:
        told, total = partial(self.voice.progress, stage), int(which.sum())
        told(0, total)
        features = plain[which]
        if learnt.network.tuned:
            features = self.store.features(self.data.ids(which), learnt.network, told)
        told(total, total)
        return learnt.probe.scores(features)

    def _evaluate(self, scores: Scores, threshold: float) -> None:
        splits: tuple[Split, ...] = ("validation", "test")
        for split in splits:
            which = self.data.measured(split)
            if which.any():
                rule = self.data.rules.get(split, "no rule was stated")
                evaluation = evaluate(scores[which], self.data.ng[which], threshold, split, rule)
                self.voice.evaluated(evaluation)
