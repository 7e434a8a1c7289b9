"""The comparison of pretrained networks, on features whose truth is known."""

import numpy as np

from bench.claims.backbones import _auroc
from bench.labelled_sets import LabelledSet


def test_a_test_part_takes_whole_groups_and_its_auroc_is_that_of_the_probe() -> None:
    random = np.random.default_rng(0)
    ng = random.random(240) < 0.3
    told = (random.normal(size=(240, 8)) + 9 * ng[:, None]).astype(np.float32)
    data = LabelledSet("synthetic", told, ng, np.arange(240) // 2)
    test = data.test(np.random.default_rng(1))
    assert test.sum() == 60 and not set(data.groups[test]) & set(data.groups[~test])
    assert _auroc(data, 1) == 1
    noise = random.normal(size=(240, 8)).astype(np.float32)
    assert 0.2 < _auroc(LabelledSet("noise", noise, ng, data.groups), 1) < 0.8
