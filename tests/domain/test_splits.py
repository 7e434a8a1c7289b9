"""Splits of whole groups: laws over any images, and the counts of small examples."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kenpin.domain.dataset.splits import SPLITS, ImageToSplit, SplitPlan, SplitRule, plan_split
from kenpin.domain.ids import Split

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def image(
    n: int,
    group: str | None = None,
    verdict: str = "OK",
    split: Split | None = None,
    classes: tuple[str, ...] = (),
) -> ImageToSplit:
    return ImageToSplit(f"image-{n}", group, split, verdict, classes, NOON + timedelta(minutes=n))


@st.composite
def images(draw: st.DrawFn) -> list[ImageToSplit]:
    groups = st.sampled_from([None, "a", "b", "c", "d", "e"])
    verdicts = st.sampled_from(
        [("OK", ()), ("NG", ("crack",)), ("NG", ("crack", "dent")), ("unlabelled", ())]
    )
    splits: st.SearchStrategy[Split | None] = st.sampled_from([None, None, "train", "validation", "test"])
    given = draw(st.lists(st.tuples(groups, verdicts, splits), max_size=60))
    return [
        image(n, group, verdict, split, classes) for n, (group, (verdict, classes), split) in enumerate(given)
    ]


@st.composite
def rules(draw: st.DrawFn) -> SplitRule:
    return SplitRule(
        by=draw(st.sampled_from(["part", "group", "time"])),
        test=draw(st.sampled_from([0.0, 0.2, 0.5])),
        validation=draw(st.sampled_from([0.1, 0.3])),
        seed=draw(st.integers(0, 5)),
    )


def placed(images: list[ImageToSplit], plan: SplitPlan) -> dict[str, Split | None]:
    """The split of each image once the plan is carried out."""
    moved = {id: split for split in SPLITS for id in plan.moves[split]}
    return {each.image_id: moved.get(each.image_id, each.split) for each in images}


@given(images=images(), rule=rules())
def test_every_image_has_a_split_no_group_has_two_and_test_images_stay(
    images: list[ImageToSplit], rule: SplitRule
) -> None:
    plan = plan_split(images, rule)
    where = placed(images, plan)
    assert set(where.values()) <= set(SPLITS)
    for group in {each.group for each in images if each.group}:
        assert len({where[each.image_id] for each in images if each.group == group}) == 1
    assert all(where[each.image_id] == "test" for each in images if each.split == "test")
    assert {split: plan.counts[split].images for split in SPLITS} == {
        split: list(where.values()).count(split) for split in SPLITS
    }
    for split in SPLITS:
        verdicts = Counter(each.verdict for each in images if where[each.image_id] == split)
        assert plan.counts[split].verdicts == verdicts


@given(images=images(), rule=rules())
def test_no_split_exceeds_its_share_by_more_than_a_group(images: list[ImageToSplit], rule: SplitRule) -> None:
    free = [each for each in images if each.split != "test"]
    plan = plan_split(free, rule)
    shares = {"train": 1 - rule.test - rule.validation, "validation": rule.validation, "test": rule.test}
    for split in SPLITS:
        most = shares[split] * len(free) + plan.largest_group
        assert plan.counts[split].images <= most + 1e-6


@given(images=images(), rule=rules(), data=st.data())
def test_the_order_of_the_images_does_not_matter(
    images: list[ImageToSplit], rule: SplitRule, data: st.DataObject
) -> None:
    other = data.draw(st.permutations(images))
    assert placed(images, plan_split(images, rule)) == placed(images, plan_split(other, rule))


@given(images=images(), rule=rules())
def test_the_same_split_again_moves_nothing_but_for_new_pins(
    images: list[ImageToSplit], rule: SplitRule
) -> None:
    free = [each for each in images if each.split != "test"]
    first = plan_split(free, rule)
    assert first == plan_split(free, rule)


def test_verdicts_and_classes_are_spread_like_the_images() -> None:
    images = [
        image(
            n,
            f"part {n // 4}",
            "NG" if n // 4 % 5 == 0 else "OK",
            classes=("crack",) if n // 4 % 5 == 0 else (),
        )
        for n in range(2_000)
    ]
    plan = plan_split(images, SplitRule(by="part", test=0.2, validation=0.1, seed=7))
    assert [plan.counts[split].images for split in SPLITS] == [1_400, 200, 400]
    assert [plan.counts[split].verdicts["NG"] for split in SPLITS] == pytest.approx([280, 40, 80], abs=8)
    assert [plan.counts[split].classes["crack"] for split in SPLITS] == pytest.approx([280, 40, 80], abs=8)


def test_another_seed_makes_another_split() -> None:
    images = [image(n, f"part {n // 4}") for n in range(400)]
    splits = [
        frozenset(plan_split(images, SplitRule(by="part", seed=seed)).moves["test"]) for seed in range(3)
    ]
    assert len(set(splits)) == 3


def test_by_time_what_came_last_is_the_test() -> None:
    images = [image(n) for n in range(10)]
    plan = plan_split(images, SplitRule(by="time", test=0.2, validation=0.3))
    assert plan.moves == {
        "train": [f"image-{n}" for n in range(5)],
        "validation": [f"image-{n}" for n in (5, 6, 7)],
        "test": ["image-8", "image-9"],
    }


def test_a_group_follows_its_image_in_the_test_split() -> None:
    images = [image(0, "p", split="test"), image(1, "p"), image(2, "p", split="train"), image(3)]
    plan = plan_split(images, SplitRule(by="part", test=0.1))
    assert sorted(plan.moves["test"]) == ["image-1", "image-2"]
    assert (plan.in_test, plan.follow) == (1, 2)


def test_an_image_alone_is_not_of_the_group_with_the_name_of_its_id() -> None:
    images = [image(0), image(1, "image-0"), image(2, "image-0")]
    plan = plan_split(images, SplitRule(by="group", test=0.5))
    assert plan.largest_group == 2


@pytest.mark.parametrize(("test", "validation"), [(0, 0), (0.6, 0.4), (-0.1, 0.2), (1, 0)])
def test_a_rule_leaves_something_to_learn_from_and_something_to_measure_on(
    test: float, validation: float
) -> None:
    with pytest.raises(ValidationError):
        SplitRule(by="part", test=test, validation=validation)
