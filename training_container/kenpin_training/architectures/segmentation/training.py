"""Training of the segmentation family: a classifier of patches, by OK images and all that people marked."""

from collections.abc import Callable, Iterator, Sequence
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
from kenpin_training.pipeline.patches import ImagePatches, drawn
from kenpin_training.pipeline.probe import Scores

FOLDS: Final = 4


def train_segmentation(
    data: TrainingData, recipe: Recipe, seed: int, store: FeatureStore, reporter: ProgressReporter
) -> TrainingResult:
    """Train on OK and NG images of the training split. Unseen scores come from classifiers without their fold.

    Pictures are read four times: OK ones for a memory of patches, which tells where in a box or a picture the defect
    most likely is; all for the patches to learn from; OK ones for those that a first classifier takes for defects;
    and all for the unseen scores. Raises UnreadableImage, PictureNotIntact.
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
        self._ok = [number for number, row in enumerate(rows) if row.truth == "OK"]
        self._step = _steps(reporter, 2 * (len(rows) + len(self._ok)))
        self.classes = classes_of(rows)

    def sample(self) -> LabelledPatches:
        """Draw the patches to learn from."""
        ok = len(self._ok)
        collector = PatchCollector(self._memory(), self.classes, self._store.objects, self._random, ok)
        for number, patches in self._patches(range(len(self._rows))):
            collector.add(number, self._rows[number], patches)
        first = fit(collector.sample(), len(self.classes), self._seed)
        for number, patches in self._patches(self._ok):
            collector.add_highest(number, patches, first.heat(patches))
        return collector.sample()

    def out_of_fold(self, sample: LabelledPatches, masks: Sequence[Fold]) -> Scores:
        """Return the score of each image by a classifier that was not fitted to its fold."""
        heads = [fit(sample.of(~mask), len(self.classes), self._seed) for mask in masks]
        fold_of = np.argmax(np.stack(masks), axis=0)
        scores = np.empty(len(self._rows))
        for number, patches in self._patches(range(len(self._rows))):
            heat = heads[fold_of[number]].heat(patches)[patches.inside]
            scores[number] = image_score(heat, self._recipe.top_places)
        return scores

    def _memory(self) -> PatchMemory:
        share = max(OK_ROWS // len(self._ok), 1)
        rows = [drawn(patches, share, self._random) for _, patches in self._patches(self._ok)]
        return random_memory(np.concatenate(rows), self._seed)

    def _patches(self, numbers: Sequence[int]) -> Iterator[tuple[int, ImagePatches]]:
        """Yield each of these images with its patches."""
        ids = [self._rows[number].image_id for number in numbers]
        for number, patches in zip(numbers, self._store.patches(ids, plan_of(self._recipe)), strict=True):
            yield number, patches
            self._step()


def _steps(reporter: ProgressReporter, total: int) -> Callable[[], None]:
    """Return a function that reports one more picture each time."""
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        reporter.progress("train", done, total)

    return step
