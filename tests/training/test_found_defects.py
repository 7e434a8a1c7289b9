"""Marked defects by size, each with whether the map finds it."""

import numpy as np

from kenpin.adapters.memory.object_store import MemoryObjectStore
from kenpin.domain.dataset.values import Defect
from kenpin_training.pipeline.found_defects import found_defects
from kenpin_training.pipeline.pixel_figures import FoundDefect
from kenpin_training.pipeline.regions import DefectMap


def test_a_defect_is_measured_in_pixels_and_found_at_it_or_beside_it() -> None:
    heat = np.zeros((10, 20), np.float32)
    heat[2, 3] = 0.5
    at, beside, far = (Defect("dent", box=(x, 16.0, 5.0, 3.0)) for x in (26.0, 34.0, 48.0))
    touching = Defect("dent", box=(53.0, 16.0, 7.0, 3.0))
    found = found_defects((at, beside, far, touching), DefectMap(heat), MemoryObjectStore(), (160, 80))
    assert found == [FoundDefect(5.0, True), FoundDefect(5.0, True), FoundDefect(12.0, False)]
    left = np.ones(heat.shape, bool)
    left[:, 6:] = False
    found = found_defects((at, far), DefectMap(heat, inside=left), MemoryObjectStore(), (160, 80))
    assert found == [FoundDefect(5.0, True)], "the other one is outside the region of interest"
