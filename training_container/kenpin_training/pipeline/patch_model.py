"""Models of patches: a head scores each place of a picture, and the highest places are the image's score."""

import heapq
from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin.domain.ids import ImageId
from kenpin.domain.recipe import Recipe
from kenpin_training.backbones.catalogue import backbone_of
from kenpin_training.pipeline.features import FeatureStore, Progress
from kenpin_training.pipeline.model import ImageScores, Tensors
from kenpin_training.pipeline.patches import ImagePatches, Patches
from kenpin_training.pipeline.regions import ClassMap, DefectMap, HeatMap
from kenpin_training.pipeline.tiles import TilePlan

MARGIN: Final = 64
"""Pixels at the inner edges of a tile that are not kept. With 64 a patch differs from one of the uncut picture by
1 % of the spread, on noise; with 32 by 3 %."""
MAPS_KEPT: Final = 500
"""Maps of one call, those of the highest scores: what people may look at."""


class PatchHead(Protocol):
    """The part of a model that is learnt: it scores each place by its patch."""

    def heat(self, patches: ImagePatches) -> HeatMap:
        """Return the scores of all places; those of places that do not count mean nothing."""
        ...

    def class_map(self, patches: Patches) -> ClassMap | None: ...

    def tensors(self) -> Tensors: ...


class PatchModel(Struct, frozen=True):
    """A head, with the plan of tiles that it was learnt with."""

    plan: TilePlan
    top_places: int
    head: PatchHead
    classes: tuple[str, ...] = ()
    """Names of the defect classes that the head tells apart"""

    def judge(self, image_ids: Sequence[ImageId], store: FeatureStore, on_progress: Progress) -> ImageScores:
        scores = np.empty(len(image_ids))
        kept: list[tuple[float, int, DefectMap]] = []
        on_progress(0, len(image_ids))
        for place, patches in enumerate(store.patches(image_ids, self.plan)):
            heat = self.head.heat(patches)
            scores[place] = image_score(heat[patches.inside], self.top_places)
            heat[~patches.inside] = 0
            mapped = DefectMap(heat, self.head.class_map(patches.values), patches.inside)
            found = (scores[place], place, mapped)
            (heapq.heappush if len(kept) < MAPS_KEPT else heapq.heappushpop)(kept, found)
            on_progress(place + 1, len(image_ids))
        return ImageScores(scores, {image_ids[place]: found for _, place, found in kept})

    def tensors(self) -> Tensors:
        return self.head.tensors()


def plan_of(recipe: Recipe) -> TilePlan:
    return TilePlan(recipe.long_side, recipe.tile, MARGIN, backbone_of(recipe))


def image_score(heat: NDArray[np.float32], top_places: int) -> float:
    """Return the mean of the highest places: one alone may be noise, many would drown a small defect."""
    highest = np.partition(heat.ravel(), max(heat.size - top_places, 0))[-top_places:]
    return float(highest.mean(dtype=np.float64))
