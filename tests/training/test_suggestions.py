"""Laws of suggestions: whatever the pool, a batch is a batch, with its controls in it."""

from collections.abc import Callable, Collection

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenpin.domain.suggestion_strategies import HYBRID, Strategy
from kenpin_training.pipeline.probe import Features, Scores
from kenpin_training.pipeline.strategies import PoolScores, PoolSignals
from kenpin_training.pipeline.suggestions import Pick, rank


def drawn(seed: int, pool: int, labelled: int, *, scored: bool) -> tuple[Features, Features, PoolSignals]:
    random = np.random.default_rng(seed)
    features = random.standard_normal((pool + labelled, 20)).astype(np.float32)
    signals = by_scores(random.random(pool)) if scored else PoolSignals()
    return features[:pool], features[pool:], signals


def by_scores(scores: Scores, threshold: float = 0.5) -> PoolSignals:
    return PoolSignals(PoolScores(scores, threshold))


BATCHES = {
    "seed": st.integers(0, 5),
    "pool": st.integers(0, 60),
    "labelled": st.sampled_from([0, 1, 9]),
    "size": st.integers(1, 70),
    "scored": st.booleans(),
}


@settings(deadline=None, max_examples=60)
@given(**BATCHES)
def test_a_batch_is_full_and_names_no_image_twice(
    seed: int, pool: int, labelled: int, size: int, scored: bool
) -> None:
    features, known, signals = drawn(seed, pool, labelled, scored=scored)
    picks = rank(features, known, size, seed, signals=signals)
    assert len({pick.index for pick in picks}) == len(picks) == min(size, pool)
    assert all(0 <= pick.index < pool and (pick.score is not None) == scored for pick in picks)


@settings(deadline=None, max_examples=60)
@given(**BATCHES)
def test_one_in_ten_is_a_control_and_controls_do_not_depend_on_scores(
    seed: int, pool: int, labelled: int, size: int, scored: bool
) -> None:
    features, known, signals = drawn(seed, pool, labelled, scored=scored)
    picks = rank(features, known, size, seed, signals=signals)
    controls = [pick.index for pick in picks if pick.control]
    assert len(controls) == (len(picks) + 5) // 10
    assert controls == [pick.index for pick in rank(features, known, size, seed) if pick.control]


@settings(deadline=None, max_examples=20)
@given(**BATCHES)
def test_the_same_seed_gives_the_same_batch(
    seed: int, pool: int, labelled: int, size: int, scored: bool
) -> None:
    drawings = (drawn(seed, pool, labelled, scored=scored) for _ in range(2))
    first, second = (rank(features, known, size, seed, signals=told) for features, known, told in drawings)
    assert first == second


def of(picks: list[Pick], reason: str) -> set[int]:
    return {pick.index for pick in picks if pick.reason == reason}


def test_suspected_ng_score_above_the_threshold_and_uncertain_near_it() -> None:
    pool, labelled, _ = drawn(1, 300, 10, scored=True)
    scores = np.linspace(0, 1, 300)
    picks = rank(pool, labelled, 30, seed=1, signals=by_scores(scores, 0.6))
    assert min(scores[list(of(picks, "suspected_ng"))]) >= 0.6
    assert max(abs(scores[list(of(picks, "uncertain"))] - 0.6)) < 0.2
    assert len(of(picks, "suspected_ng")) == len(of(picks, "uncertain")) == 9


def test_without_scores_the_batch_reaches_every_cluster_that_nobody_has_labelled() -> None:
    random = np.random.default_rng(2)
    centres = 20 * random.standard_normal((6, 20))
    cluster = np.repeat(np.arange(6), [150, 150, 150, 2, 2, 2])
    pool = (centres[cluster] + random.standard_normal((len(cluster), 20))).astype(np.float32)
    picks = rank(pool, pool[cluster == 0][:5], 5, seed=2)
    assert {int(cluster[pick.index]) for pick in picks if not pick.control} >= {1, 2, 3, 4, 5} - {
        int(cluster[pick.index]) for pick in picks if pick.control
    }


def test_near_copies_are_passed_over() -> None:
    pool, labelled, _ = drawn(4, 40, 4, scored=True)
    pool[:8] = pool[0]
    scores = np.where(np.arange(40) < 8, 0.99, 0.9)
    suspected = of(rank(pool, labelled, 9, seed=4, signals=by_scores(scores)), "suspected_ng")
    assert sum(index < 8 for index in suspected) <= 1


@pytest.mark.parametrize(
    ("strategies", "counts"),
    [
        (("uncertain",), {"uncertain": 18}),
        (("suspected_ng",), {"suspected_ng": 18}),
        (("diverse",), {"diverse": 18}),
        (("uncertain", "uncertain", "diverse"), {"uncertain": 12, "diverse": 6}),
        (HYBRID, {"suspected_ng": 6, "uncertain": 6, "diverse": 6}),
    ],
)
def test_strategies_take_turns_beside_the_controls(
    strategies: tuple[Strategy, ...], counts: dict[str, int]
) -> None:
    pool, labelled, _ = drawn(1, 300, 10, scored=True)
    picks = rank(pool, labelled, 20, 1, strategies, by_scores(np.linspace(0, 1, 300)))
    assert {pick.reason: len(of(picks, pick.reason)) for pick in picks} == {**counts, "control": 2}


@pytest.mark.parametrize(
    ("strategy", "signals"),
    [
        ("near_miss", lambda near: PoolSignals(misses=near)),
        ("rare_class", lambda near: PoolSignals(rare=near)),
    ],
)
def test_near_a_miss_or_a_rare_class_are_those_most_like_it(
    strategy: Strategy, signals: Callable[[Features], PoolSignals]
) -> None:
    pool, labelled, _ = drawn(3, 200, 10, scored=True)
    near = labelled[:1]
    pool[:20] = near + np.random.default_rng(0).standard_normal((20, 20)).astype(np.float32) * 0.05
    picks = rank(pool, labelled, 4, 3, (strategy,), signals(near))
    assert len(of(picks, strategy)) == 4
    assert of(picks, strategy) <= set(range(20))


HIGH_FIRST = np.linspace(1, 0, 200)
ONLY_THE_FIRST_20 = np.where(np.arange(200) < 20, HIGH_FIRST, np.nan)
LIKE_NOTHING = np.where(np.arange(200) < 20, 1.5, np.where(np.arange(200) < 40, np.nan, 0.9))
MODEL = PoolScores(HIGH_FIRST, 0.5)


@pytest.mark.parametrize(
    ("strategy", "signals", "expected"),
    [
        ("anomaly", PoolSignals(anomaly=PoolScores(ONLY_THE_FIRST_20, 0.95)), range(10)),
        ("anomaly", PoolSignals(MODEL), ()),
        ("unfamiliar", PoolSignals(unfamiliar=LIKE_NOTHING), range(20)),
        ("unfamiliar", PoolSignals(unfamiliar=np.full(200, 0.99)), ()),
        ("disagreement", PoolSignals(MODEL, PoolScores(1 - ONLY_THE_FIRST_20, 0.5)), range(20)),
        ("disagreement", PoolSignals(MODEL, PoolScores(HIGH_FIRST, 0.9)), range(20, 100)),
        ("disagreement", PoolSignals(MODEL, MODEL), ()),
        ("disagreement", PoolSignals(other=MODEL), ()),
        ("suspected_ng", PoolSignals(), ()),
        ("uncertain", PoolSignals(), ()),
    ],
)
def test_a_strategy_picks_only_what_its_facts_speak_for(
    strategy: Strategy, signals: PoolSignals, expected: Collection[int]
) -> None:
    pool, labelled, _ = drawn(3, 200, 10, scored=False)
    picks = rank(pool, labelled, 9, 3, (strategy,), signals)
    assert of(picks, strategy) <= set(expected)
    assert bool(of(picks, strategy)) == bool(expected)


def test_models_disagree_most_where_both_are_sure() -> None:
    pool, labelled, _ = drawn(3, 200, 10, scored=False)
    signals = PoolSignals(MODEL, PoolScores(1 - HIGH_FIRST, 0.5))
    picks = of(rank(pool, labelled, 4, 3, ("disagreement",), signals), "disagreement")
    assert all(index < 20 or index >= 180 for index in picks)


def test_a_strategy_without_images_gives_its_turn_to_coverage() -> None:
    pool, labelled, signals = drawn(3, 50, 10, scored=True)
    picks = rank(pool, labelled, 9, 3, ("near_miss",), signals)
    assert {pick.reason for pick in picks} == {"diverse", "control"}
