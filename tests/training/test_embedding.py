"""The embedding map: like images lie near each other, the same features give the same map, and it is bounded."""

from hashlib import sha256

import numpy as np
import pytest

from kenpin_training.pipeline import embedding
from kenpin_training.pipeline.embedding import embedding_map


def ids(count: int) -> list[str]:
    return [sha256(str(n).encode()).hexdigest() for n in range(count)]


def two_kinds(count: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Features of even images near one place, and of odd ones near another."""
    random = np.random.default_rng(7)
    kinds = random.normal(size=(2, 16))
    return np.asarray(kinds[np.arange(count) % 2] + random.normal(0, 0.05, (count, 16)), np.float32)


def test_images_alike_lie_near_each_other() -> None:
    names, features = ids(40), two_kinds(40)
    places = embedding_map(names, features)
    across = np.array([places[name][0] for name in names])
    even, odd = across[::2], across[1::2]
    assert abs(even.mean() - odd.mean()) > 4 * max(even.std(), odd.std())
    assert embedding_map(names, features) == places


def test_the_map_does_not_depend_on_the_order_of_the_images() -> None:
    names, features = ids(12), two_kinds(12)
    turned = embedding_map(names[::-1], features[::-1])
    assert {name: pytest.approx(place) for name, place in turned.items()} == embedding_map(names, features)


def test_the_lowest_digests_are_on_the_map_of_many_images(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "MOST", 5)
    names = ids(12)
    assert set(embedding_map(names, two_kinds(12))) == set(sorted(names)[:5])


def test_too_few_images_have_no_map() -> None:
    assert embedding_map(ids(2), two_kinds(2)) == {}
