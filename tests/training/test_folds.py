"""Folds by groups: no group is on both sides, and both verdicts are left to learn from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kenpin_training.data import Groups, TrainingData, TrainingRow
from kenpin_training.pipeline.folds import Fold, folds, held_out
from kenpin_training.pipeline.probe import IsNg

VERDICTS = arrays(bool, st.integers(4, 40)).filter(lambda ng: 2 <= ng.sum() <= ng.size - 2)
LONE = ", by image, as too few groups hold OK and NG images"


def parted(groups: Groups, mask: Fold) -> set[int]:
    """The groups on both sides."""
    return set(groups[mask]) & set(groups[~mask])


@given(ng=VERDICTS, seed=st.integers(0, 9), data=st.data(), kinds=st.integers(1, 12))
def test_no_group_is_on_both_sides_unless_it_is_said(
    ng: IsNg, seed: int, data: st.DataObject, kinds: int
) -> None:
    groups = data.draw(arrays(np.int64, ng.size, elements=st.integers(0, kinds)))
    for found in (folds(ng, groups, seed), held_out(ng, groups, seed, most=4)):
        assert found.shared_groups or not any(parted(groups, mask) for mask in found.masks)
        assert (found.note == LONE) == bool(found.shared_groups)
        assert all(ng[~mask].any() and not ng[~mask].all() for mask in found.masks)
    assert (np.sum(folds(ng, groups, seed).masks, axis=0) == 1).all()
    (apart,) = held_out(ng, groups, seed, most=4).masks
    assert ng[apart].any() and not ng[apart].all()


@given(ng=VERDICTS, seed=st.integers(0, 9))
def test_images_that_are_groups_by_themselves_are_dealt_out_in_turn(ng: IsNg, seed: int) -> None:
    found = folds(ng, np.arange(ng.size), seed)
    place, random = np.empty(ng.size), np.random.default_rng(seed)
    for verdict in (True, False):
        members = random.permutation(np.flatnonzero(ng == verdict))
        place[members] = np.arange(members.size) % len(found.masks)
    assert len(found.masks) == min(5, ng.sum(), (~ng).sum())
    assert [mask.tolist() for mask in found.masks] == [
        (place == fold).tolist() for fold in range(len(found.masks))
    ]
    assert (found.note, found.shared_groups) == ("", 0)


def test_groups_are_spread_evenly() -> None:
    ng = np.arange(200) % 10 < 2
    found = folds(ng, np.arange(200) // 4, seed=0)
    assert [int(mask.sum()) for mask in found.masks] == pytest.approx([40] * 5, abs=4)
    assert [int(ng[mask].sum()) for mask in found.masks] == pytest.approx([8] * 5, abs=2)
    assert found.note == ", whole groups"


def test_where_all_ng_are_of_one_group_images_are_parted_and_it_is_said() -> None:
    ng, groups = np.arange(20) < 4, np.arange(20) // 4
    found = folds(ng, groups, seed=0)
    assert (found.note, found.shared_groups, len(found.masks)) == (LONE, 5, 4)


def test_groups_shared_with_what_is_learnt_from_are_counted() -> None:
    uses = [
        ("a", "train"),
        ("a", "test"),
        ("b", "test"),
        ("b", "test"),
        ("c", "train"),
        ("d", None),
        ("d", "test"),
    ]
    rows = tuple(
        TrainingRow(str(n), use, "OK", group, use)  # type: ignore[arg-type]
        for n, (group, use) in enumerate(uses)
    )
    data = TrainingData(rows, {})
    assert data.groups.tolist() == [0, 0, 1, 1, 2, 3, 3]
    assert data.shared_groups(data.measured("test")) == 1


def test_measured_images_that_look_like_learnt_ones_are_counted() -> None:
    rows = tuple(
        TrainingRow(str(n), use, "OK", str(n), use)  # type: ignore[arg-type]
        for n, use in enumerate(("train", "test", "test", "test", "train"))
    )
    data = TrainingData(rows, {}, duplicates=((0, 1), (1, 2), (3, 4), (0, 3)))
    assert data.near_duplicates(data.measured("test")) == 2
    assert TrainingData(rows, {}).near_duplicates(data.measured("test")) is None


def test_near_duplicates_with_the_other_verdict_are_named_both_ways() -> None:
    rows = tuple(
        TrainingRow(str(n), "train", truth, str(n), "train")  # type: ignore[arg-type]
        for n, truth in enumerate(("OK", "NG", "OK", "HOLD", None))
    )
    data = TrainingData(rows, {}, duplicates=((0, 1), (0, 2), (1, 2), (1, 3), (0, 4)))
    assert data.judged_otherwise() == {"0": ["1"], "1": ["0", "2"], "2": ["1"]}
    assert TrainingData(rows, {}).judged_otherwise() == {}
