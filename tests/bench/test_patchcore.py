"""The plain PatchCore of `bench anomaly` finds the nearest of all patches."""

import numpy as np
import pytest

from bench import patchcore


def test_each_place_has_the_distance_to_its_nearest_patch() -> None:
    random = np.random.default_rng(0)
    learnt = [random.normal(size=(3, 4, 5)).astype(np.float32) for _ in range(3)]
    [tested] = [random.normal(size=(60, 40, 5)).astype(np.float32)]
    rows = np.concatenate([each.reshape(-1, 5) for each in learnt])
    expected = ((tested[:, :, None] - rows) ** 2).sum(axis=-1).min(axis=-1)
    [found] = patchcore.nearest([tested], learnt)
    assert found == pytest.approx(expected, abs=1e-4)
    assert patchcore.score(found) == pytest.approx(float(np.sqrt(expected.max())), abs=1e-4)
