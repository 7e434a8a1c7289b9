"""The head of the anomaly family: distances to the memory, as scores 0..1."""

from typing import Final

import numpy as np
from msgspec import Struct
from scipy.ndimage import gaussian_filter

from kenpin_training.architectures.anomaly.memory import Distances, PatchMemory
from kenpin_training.pipeline.log_odds import to_score
from kenpin_training.pipeline.model import Tensors
from kenpin_training.pipeline.patches import ImagePatches, Patches
from kenpin_training.pipeline.region_mask import Inside
from kenpin_training.pipeline.regions import ClassMap, HeatMap

SMOOTHING: Final = 0.5
"""Standard deviation of the blur, in places"""


class AnomalyHead(Struct, frozen=True):
    """A memory, and the line from distance to log-odds: `steepness` · (distance - `middle`)."""

    memory: PatchMemory
    middle: float
    """The distance that scores 0.5"""
    steepness: float

    def heat(self, patches: ImagePatches) -> HeatMap:
        return self.scores(smoothed(self.memory.distances(patches.values), patches.inside))

    def class_map(self, patches: Patches) -> ClassMap | None:
        return None

    def scores(self, distances: Distances) -> HeatMap:
        return to_score(self.steepness * (distances - self.middle)).astype(np.float32)

    def tensors(self) -> Tensors:
        line = np.array([self.middle, self.steepness])
        memory = {"mean": self.memory.mean, "scale": self.memory.scale, "patches": self.memory.patches}
        return {"line": line, **memory}


def smoothed(distances: Distances, inside: Inside) -> Distances:
    """Return the map with its lone places damped; a wider blur would make the regions of clear defects larger.

    Places that do not count leave those beside them as they are.
    """
    if inside.all():
        return np.asarray(gaussian_filter(distances, SMOOTHING), np.float32)
    weight = gaussian_filter(inside.astype(np.float32), SMOOTHING)
    summed = gaussian_filter(np.where(inside, distances, np.float32(0)), SMOOTHING)
    return np.asarray(np.divide(summed, weight, out=np.zeros_like(summed), where=inside), np.float32)


def head_of(tensors: Tensors) -> AnomalyHead:
    """Return the head of its tensors."""
    memory = PatchMemory(tensors["mean"], tensors["scale"], tensors["patches"])  # type: ignore[arg-type]  # as written
    middle, steepness = (float(value) for value in tensors["line"])
    return AnomalyHead(memory, middle, steepness)


def line_of(highest: Distances, overkill_aim: float) -> tuple[float, float]:
    """Return middle and steepness from the highest distances of unseen OK images.

    The share `overkill_aim` of them lies above the middle. One spread of them is two units of log-odds.
    """
    middle = float(np.quantile(highest, 1 - overkill_aim, method="higher"))
    spread = float(highest.std()) or max(middle, 1.0) / 10
    return middle, 2 / spread
