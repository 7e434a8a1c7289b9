"""The rounds of the learning measurement, on features whose truth is known."""

import numpy as np
import pytest

from bench.claims.learning import (
    LABELS_A_ROUND,
    Arm,
    Ratios,
    _add,
    _best_cost,
    _cost,
    _report,
    _rounds,
)
from bench.labelled_sets import LabelledSet
from bench.report import Report


@pytest.fixture(scope="module")
def data() -> LabelledSet:
    random = np.random.default_rng(0)
    ng = random.random(240) < 0.3
    features = (random.normal(size=(240, 8)) + 1.5 * ng[:, None]).astype(np.float32)
    return LabelledSet("synthetic", features, ng, np.arange(240) // 2)


@pytest.mark.parametrize("arm", ["suggested", "random"])
def test_a_round_adds_labels_and_tests_on_other_groups(data: LabelledSet, arm: Arm) -> None:
    rounds = list(_rounds(data, arm, 0))
    sizes = [each.labels.ng.size for each in rounds]
    assert sizes == [LABELS_A_ROUND * number for number in range(1, 10)]
    assert rounds[0].test_ng.size == 60
    assert rounds[0].labels.suggested is not None
    assert rounds[0].labels.suggested.sum() == (18 if arm == "suggested" else 0)


def test_both_rules_are_measured_against_the_best_cut(data: LabelledSet) -> None:
    ratios: Ratios = {}
    for played in _rounds(data, "random", 1):
        _add(ratios, data, "random", played, 1)
    report = Report()
    _report(ratios, report)
    assert all(value >= 1 for values in ratios.values() for value in values)
    assert {key[1] for key in ratios} >= {"old", "new"}
    [claim] = report.claims
    assert claim.name == "synthetic, random, new, mean from 100 labels"


def test_the_best_cut_costs_no_more_than_any() -> None:
    random = np.random.default_rng(2)
    scores, ng = random.random(50), random.random(50) < 0.4
    best = _best_cost(scores, ng)
    assert best == min(_cost(scores, ng, threshold) for threshold in np.linspace(0, 1.01, 2000))
