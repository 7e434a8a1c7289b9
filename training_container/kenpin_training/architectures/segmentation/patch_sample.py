"""The patches that a classifier is fitted to: drawn from each image, with the label of each."""

from __future__ import annotations

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin.application.stored_pictures import PictureOpener
from kenpin_training.architectures.anomaly.memory import PatchMemory
from kenpin_training.architectures.segmentation.labels import UNKNOWN, Labels, Mark, labels_of
from kenpin_training.data import TrainingRow
from kenpin_training.pipeline.patches import ImagePatches, PatchRows
from kenpin_training.pipeline.regions import HeatMap
from kenpin_training.pipeline.truth import coverage_of

OK_ROWS: Final = 20_000
"""Patches of OK images that are learnt from, half of them those that a first classifier takes for defects."""
ROWS_OF_IMAGE: Final = 1000
"""Patches of an NG image that are learnt from at most."""


class LabelledPatches(Struct, frozen=True):
    """Patches to learn from, with the class and the image of each."""

    rows: PatchRows
    labels: NDArray[np.int64]
    images: NDArray[np.int64]

    def of(self, images: NDArray[np.bool_]) -> LabelledPatches:
        which = images[self.images]
        return LabelledPatches(self.rows[which], self.labels[which], self.images[which])


class PatchCollector:
    """Draws patches of each image, with their labels."""

    def __init__(
        self,
        memory: PatchMemory,
        classes: list[str],
        objects: PictureOpener,
        random: np.random.Generator,
        ok_images: int,
    ) -> None:
        self._memory, self._objects, self._random = memory, objects, random
        self._numbers = {name: number for number, name in enumerate(classes, 1)}
        self._ok_half = max(OK_ROWS // 2 // max(ok_images, 1), 1)
        self._parts: list[tuple[PatchRows, Labels, NDArray[np.int64]]] = []

    def add(self, number: int, row: TrainingRow, patches: ImagePatches) -> None:
        """Draw places that count at random: of an OK image among all, of an NG image among those with a known label."""
        if row.truth == "OK":
            labels = np.zeros(patches.inside.shape, np.int64)
            taken = self._some(np.flatnonzero(patches.inside), self._ok_half)
        else:
            distances = np.where(patches.inside, self._memory.distances(patches.values), np.float32(-1))
            labels = labels_of(self._marks(row, distances.shape), distances)
            labels[~patches.inside] = UNKNOWN
            taken = self._known(labels.ravel())
        self._keep(number, patches, labels, taken)

    def add_highest(self, number: int, patches: ImagePatches, heat: HeatMap) -> None:
        """Take the places of an OK image that a classifier scores highest: random ones hold too few like them."""
        counted = np.flatnonzero(patches.inside)
        highest = np.argsort(-heat.ravel()[counted], kind="stable")[: self._ok_half]
        self._keep(number, patches, np.zeros(heat.shape, np.int64), np.sort(counted[highest]))

    def sample(self) -> LabelledPatches:
        rows, labels, images = zip(*self._parts, strict=True)
        return LabelledPatches(np.concatenate(rows), np.concatenate(labels), np.concatenate(images))

    def _marks(self, row: TrainingRow, grid: tuple[int, ...]) -> list[Mark]:
        if not row.defects:
            return [Mark(1, None, False)]
        marks = []
        for defect in row.defects:
            label, has_place = self._numbers[defect.class_id], defect.mask or defect.polygon or defect.box
            coverage = (
                coverage_of([defect], self._objects, row.size, (grid[0], grid[1])) if has_place else None
            )
            marks.append(Mark(label, coverage, bool(defect.mask or defect.polygon)))
        return marks

    def _keep(self, number: int, patches: ImagePatches, labels: Labels, taken: NDArray[np.int64]) -> None:
        rows = patches.values.reshape(-1, patches.values.shape[-1])[taken]
        self._parts.append((rows, labels.ravel()[taken], np.full(len(taken), number)))

    def _known(self, labels: NDArray[np.int64]) -> NDArray[np.int64]:
        defect, background = np.flatnonzero(labels > 0), np.flatnonzero(labels == 0)
        half = ROWS_OF_IMAGE // 2
        return np.sort(np.concatenate([self._some(defect, half), self._some(background, half)]))

    def _some(self, places: NDArray[np.int64], count: int) -> NDArray[np.int64]:
        return places if len(places) <= count else self._random.choice(places, count, replace=False)
