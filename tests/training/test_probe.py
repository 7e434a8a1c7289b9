"""The probe, its folds and its threshold: the same for the same input, and honest about what it has seen."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bench.empirical_threshold import least_cost
from kenpin.domain.dataset.eligibility import check_enough
from kenpin.domain.dataset.refusals import TooFewLabels
from kenpin.domain.recipe import Recipe
from kenpin_training.pipeline.evaluation import auroc
from kenpin_training.pipeline.folds import Fold, folds
from kenpin_training.pipeline.probe import IsNg, Scores, fit, out_of_fold

VERDICTS = arrays(bool, st.integers(4, 40)).filter(lambda ng: 2 <= ng.sum() <= ng.size - 2)


def two_kinds(count: int, apart: float) -> tuple[np.ndarray, IsNg]:
    random = np.random.default_rng(7)
    ng = np.arange(count) % 3 == 0
    return (random.standard_normal((count, 30)) + apart * ng[:, None]).astype(np.float32), ng


def parted(ng: IsNg) -> Sequence[Fold]:
    return folds(ng, np.arange(ng.size), seed=0).masks


def test_the_probe_learns_what_can_be_learnt() -> None:
    features, ng = two_kinds(60, apart=1.0)
    assert ((out_of_fold(features, ng, 1.0, parted(ng)) >= 0.5) == ng).mean() > 0.95


def test_noise_is_not_learnt_out_of_fold() -> None:
    features, ng = two_kinds(90, apart=0.0)
    scores = out_of_fold(features, ng, 1.0, parted(ng))
    assert 0.35 < (auroc(scores, ng) or 0) < 0.65
    assert (auroc(fit(features, ng, c=1.0).scores(features), ng) or 0) > 0.75, (
        "which scores in the fold would hide"
    )


def test_the_same_input_gives_the_same_bits() -> None:
    features, ng = two_kinds(60, apart=0.3)
    first, second = (fit(features.copy(), ng.copy(), c=1.0) for _ in range(2))
    assert first.weight.tobytes() == second.weight.tobytes() and first.bias == second.bias


def test_a_feature_that_never_changes_and_one_of_another_scale_do_no_harm() -> None:
    features, ng = two_kinds(60, apart=1.0)
    plain = fit(features, ng, c=1.0).scores(features)
    features[:, 3] *= 1e4
    scaled = fit(np.hstack([features, np.full((60, 30), 9.0, np.float32)]), ng, c=2.0)
    assert np.allclose(
        scaled.scores(np.hstack([features, np.full((60, 30), 9.0, np.float32)])), plain, atol=1e-3
    )


def test_a_rare_verdict_is_not_drowned() -> None:
    random = np.random.default_rng(3)
    ng = np.arange(200) < 8
    features = (random.standard_normal((200, 5)) + 1.5 * ng[:, None]).astype(np.float32)
    assert (fit(features, ng, c=1.0).scores(features)[ng] >= 0.5).mean() >= 0.5


@pytest.mark.parametrize("ng", [[], [True], [True, True, True], [True, False, False]])
def test_too_few_labels_are_refused_with_their_counts(ng: list[bool]) -> None:
    with pytest.raises(TooFewLabels, match=f"{ng.count(False)} OK and {ng.count(True)} NG"):
        check_enough("probe", ok=ng.count(False), ng=ng.count(True))


def expected_cost(threshold: float, scores: Scores, ng: IsNg, recipe: Recipe) -> float:
    rate = ng.mean() if recipe.defect_rate is None else recipe.defect_rate
    escapes, overkills = (scores < threshold)[ng].mean(), (scores >= threshold)[~ng].mean()
    return float(rate * recipe.escape_cost * escapes + (1 - rate) * recipe.overkill_cost * overkills)


@given(
    ng=VERDICTS,
    cost=st.sampled_from([0.5, 1.0, 10.0]),
    rate=st.sampled_from([None, 0.001, 0.3]),
    data=st.data(),
)
def test_no_threshold_costs_less(ng: IsNg, cost: float, rate: float | None, data: st.DataObject) -> None:
    scores = data.draw(
        arrays(np.float64, ng.size, elements=st.sampled_from([0.0, 0.01, 0.2, 0.5, 0.7, 0.99]))
    )
    recipe = Recipe(escape_cost=cost, defect_rate=rate)
    chosen = expected_cost(least_cost(scores, ng, recipe), scores, ng, recipe)
    others = [expected_cost(t, scores, ng, recipe) for t in [0.0, *(np.unique(scores) + 1e-6)]]
    assert chosen <= min(others) + 1e-9


def test_where_verdicts_part_cleanly_the_cut_lies_between_them() -> None:
    scores, ng = np.array([0.1, 0.2, 0.8, 0.9]), np.array([False, False, True, True])
    assert least_cost(scores, ng, Recipe()) == pytest.approx(0.5)


def test_dearer_escapes_lower_the_threshold() -> None:
    scores = np.array([0.1, 0.3, 0.5, 0.6, 0.7, 0.9])
    ng = np.array([False, True, False, False, True, True])
    assert (
        least_cost(scores, ng, Recipe(escape_cost=50)) < 0.3 < least_cost(scores, ng, Recipe(escape_cost=0.1))
    )
