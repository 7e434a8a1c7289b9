"""The sample of patches that the segmentation family learns from."""

import numpy as np

from kenpin.adapters.memory.object_store import MemoryObjectStore
from kenpin_training.architectures.anomaly.memory import random_memory
from kenpin_training.architectures.segmentation.patch_sample import OK_ROWS, PatchCollector
from kenpin_training.pipeline.patches import ImagePatches


def test_the_highest_places_of_an_ok_image_are_learnt_as_ok() -> None:
    patches = np.arange(600, dtype=np.float32).reshape(20, 30, 1)
    heat = np.zeros((20, 30), np.float32)
    heat[3, 4] = heat[19, 29] = heat[0, 0] = 0.9
    inside = np.ones(heat.shape, bool)
    inside[0, 0] = False
    random = np.random.default_rng(0)
    memory = random_memory(patches.reshape(-1, 1), 0)
    collector = PatchCollector(memory, ["scratch"], MemoryObjectStore(), random, ok_images=OK_ROWS // 4)
    collector.add_highest(7, ImagePatches(patches, inside), heat)
    sample = collector.sample()
    assert sample.rows.ravel().tolist() == [94.0, 599.0]
    assert sample.labels.tolist() == [0, 0] and sample.images.tolist() == [7, 7]
