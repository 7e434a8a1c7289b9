"""Familiarity: images of another kind are far, held-out images of the same kind are near."""

import numpy as np
import pytest

from kenpin_training.pipeline import familiarity
from kenpin_training.pipeline.familiarity import familiarity_of

RANDOM = np.random.default_rng(5)
KIND = np.abs(RANDOM.normal(0, 1, (2, 64)))
"""The middles of two kinds of parts"""


def parts(kind: int, count: int, seed: int) -> np.ndarray:
    """Features of parts that differ a little from the middle of their kind."""
    noise = np.random.default_rng(seed).normal(0, 0.1, (count, 64))
    return np.asarray(KIND[kind] + noise, np.float32)


def test_another_kind_is_unfamiliar_and_held_out_parts_are_not() -> None:
    features = np.concatenate([parts(0, 60, 1), parts(0, 20, 2), parts(1, 20, 3)])
    train = np.arange(100) < 60
    found = familiarity_of(features, train, np.arange(100), 0)
    learnt, held_out, others = np.split(found.unfamiliar, (60, 80))
    assert (others > 1.5).all() and (held_out < 1).mean() >= 0.9
    assert np.median(learnt) == pytest.approx(np.median(held_out), rel=0.05), (
        "no image is compared with itself"
    )
    assert found.reference is not None
    assert np.array_equal(found.reference.unfamiliar(features[~train]), found.unfamiliar[~train])


def test_training_images_are_compared_with_other_groups() -> None:
    pairs = np.repeat(parts(0, 30, 1), 2, axis=0)
    everything = np.ones(60, bool)
    by_part = familiarity_of(pairs, everything, np.arange(60) // 2, 0).unfamiliar
    alone = familiarity_of(parts(0, 30, 1), everything[:30], np.arange(30), 0).unfamiliar
    assert by_part.min() > 0.5 * alone.min() > 0


def test_nothing_is_said_where_all_images_are_of_one_group() -> None:
    found = familiarity_of(parts(0, 5, 1), np.ones(5, bool), np.zeros(5, np.int64), 0)
    assert found.reference is None and np.isnan(found.unfamiliar).all()


def test_two_groups_are_enough_and_the_reference_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    two = familiarity_of(parts(0, 2, 1), np.ones(2, bool), np.arange(2), 0)
    assert np.isfinite(two.unfamiliar).all() and two.unfamiliar.max() == pytest.approx(1)
    monkeypatch.setattr(familiarity, "MOST", 10)
    found = familiarity_of(parts(0, 40, 1), np.ones(40, bool), np.arange(40), 0)
    assert found.reference is not None and len(found.reference.rows) == 10
    assert np.isfinite(found.unfamiliar).all()
