"""Training of the segmentation family: a classifier of patches, by OK images and all that people marked."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from kenpin.domain.recipe import Recipe
from kenpin_training.architectures.anomaly.memory import PatchMemory, random_memory
from kenpin_training.architectures.segmentation.fitting import fit
from kenpin_training.architectures.segmentation.patch_sample import OK_ROWS, LabelledPatches, PatchCollector
from kenpin_training.data import TrainingData, TrainingRow
from kenpin_training.pipeline.features import FeatureStore
from kenpin_training.pipeline.folds import Fold, folds
from kenpin_training.pipeline.model import ProgressReporter, TrainingResult
from kenpin_training.pipeline.patch_model import PatchModel, image_score, plan_of
from kenpin_training.pipeline.patches import drawn
from kenpin_training.pipeline.probe import Scores

FOLDS: Final = 4


def train_segmentation(
    data: TrainingData, recipe: Recipe, seed: int, store: FeatureStore, reporter: ProgressReporter
) -> TrainingResult:
    """Train on OK and NG images of the training split. Unseen scores come from classifiers without their fold.

    Pictures are read three times: for a memory of OK patches, which tells where in a box or a picture the defect
    most likely is; for the patches to learn from; and for the unseen scores. Raises UnreadableImage, PictureNotIntact.
    """
    places = np.flatnonzero(data.train)
    learner = _PatchLearner([data.rows[place] for place in places], recipe, seed, store, reporter)
    sample = learner.sample()
    parted = folds(data.ng[places], data.groups[places], seed, FOLDS)
    unseen = np.full(len(data.rows), np.nan)
    unseen[places] = learner.out_of_fold(sample, parted.masks)
    head = fit(sample, len(learner.classes), seed)
    rule = f"cross-validation, {len(parted.masks)} folds{parted.note}"
    model = PatchModel(plan_of(recipe), recipe.top_places, head, tuple(learner.classes))
    return TrainingResult(model, unseen, rule, parted.shared_groups)


def classes_of(rows: Sequence[TrainingRow]) -> list[str]:
    """Return the classes of the defects in the order of their names; one without a name for NG without a class."""
    found = {defect.class_id for row in rows if row.truth == "NG" for defect in row.defects}
    return sorted(found) or [""]


class _PatchLearner:
    """The images to learn from, and the passes through them."""

    def __init__(
        self,
        rows: Sequence[TrainingRow],
        recipe: Recipe,
        seed: int,
        store: FeatureStore,
        reporter: ProgressReporter,
    ) -> None:
        self._rows, self._recipe, self._seed, self._store = rows, recipe, seed, store
        self._random = np.random.default_rng(seed)
        self._step = _steps(reporter, 2 * len(rows) + sum(row.truth == "OK" for row in rows))
        self.classes = classes_of(rows)

    def sample(self) -> LabelledPatches:
        """Draw the patches to learn from."""
        ok = sum(row.truth == "OK" for row in self._rows)
        collector = PatchCollector(self._memory(), self.classes, self._store.objects, self._random, ok)
        ids = [row.image_id for row in self._rows]
        for number, patches in enumerate(self._store.patches(ids, plan_of(self._recipe))):
            collector.add(number, self._rows[number], patches)
            self._step()
        return collector.sample()

    def out_of_fold(self, sample: LabelledPatches, masks: Sequence[Fold]) -> Scores:
        """Return the score of each image by a classifier that was not fitted to its fold."""
        heads = [fit(sample.of(~mask), len(self.classes), self._seed) for mask in masks]
        fold_of = np.argmax(np.stack(masks), axis=0)
        ids, scores = [row.image_id for row in self._rows], np.empty(len(self._rows))
        for number, patches in enumerate(self._store.patches(ids, plan_of(self._recipe))):
            heat = heads[fold_of[number]].heat(patches)[patches.inside]
            scores[number] = image_score(heat, self._recipe.top_places)
            self._step()
        return scores

    def _memory(self) -> PatchMemory:
        ok = [row.image_id for row in self._rows if row.truth == "OK"]
        share, rows = max(OK_ROWS // len(ok), 1), []
        for patches in self._store.patches(ok, plan_of(self._recipe)):
            rows.append(drawn(patches, share, self._random))
            self._step()
        return random_memory(np.concatenate(rows), self._seed)


def _steps(reporter: ProgressReporter, total: int) -> Callable[[], None]:
    """Return a function that reports one more picture each time."""
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        reporter.progress("train", done, total)

    return step
