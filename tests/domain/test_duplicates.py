"""Near-duplicates: which pairs are news, and the groups that hold them together."""

from hypothesis import given
from hypothesis import strategies as st

from kenpin.domain.dataset.duplicates import ComparedImage, DuplicatePair, apart, joined
from kenpin.domain.ids import Split


def image(name: str, group: str | None = None, split: Split | None = None) -> ComparedImage:
    return ComparedImage(name * 8, name, split, group)


def pair(one: ComparedImage, other: ComparedImage) -> DuplicatePair:
    return DuplicatePair(one, other, 0.99)


def test_pairs_across_splits_come_first_and_those_of_one_group_do_not_come() -> None:
    in_train, in_none, in_test = image("a", split="train"), image("b"), image("c", split="test")
    same = pair(image("d", "P1"), image("e", "P1"))
    found = apart([pair(in_train, in_none), same, pair(in_none, in_test)])
    assert [(each.one.name, each.other.name, each.is_across) for each in found] == [
        ("b", "c", True),
        ("a", "b", False),
    ]


def test_whole_groups_are_joined_under_the_name_of_the_largest() -> None:
    p1, p2 = [image(name, "P1") for name in "abc"], [image(name, "P2") for name in "de"]
    alone, apart_from_all = image("f"), image("g", "P3")
    groups = joined([*p1, *p2, alone, apart_from_all], [pair(p2[0], p1[0]), pair(p2[1], alone)])
    assert groups == {"P1": ["dddddddd", "eeeeeeee", "ffffffff"]}


def test_images_without_a_group_get_a_new_one() -> None:
    a, b = image("a"), image("b")
    assert joined([a, b], [pair(a, b)]) == {"alike-aaaaaaaa": ["aaaaaaaa", "bbbbbbbb"]}


@given(data=st.data())
def test_joined_groups_hold_every_pair_and_part_no_group(data: st.DataObject) -> None:
    groups = data.draw(st.lists(st.sampled_from([None, "P1", "P2", "P3"]), min_size=2, max_size=12))
    images = [image(chr(97 + n), group) for n, group in enumerate(groups)]
    places = st.integers(0, len(images) - 1)
    pairs = [
        pair(images[a], images[b]) for a, b in data.draw(st.lists(st.tuples(places, places), max_size=6))
    ]
    moved = {id: name for name, ids in joined(images, pairs).items() for id in ids}
    after = {each.image_id: moved.get(each.image_id, each.group) for each in images}
    for each in pairs:
        if each.one != each.other:
            assert after[each.one.image_id] == after[each.other.image_id] is not None
    for group in {each.group for each in images} - {None}:
        assert len({after[each.image_id] for each in images if each.group == group}) == 1
    assert joined([ComparedImage(e.image_id, e.name, e.split, after[e.image_id]) for e in images], []) == {}
