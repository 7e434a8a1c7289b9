"""Overlap of shapes: boxes exactly, polygons closely, in any order of corners."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenpin.domain.dataset.overlap import Match, iou, match_defects
from kenpin.domain.dataset.values import Defect, Point


def box(x: float, y: float, width: float, height: float, class_id: str = "dent") -> Defect:
    return Defect(class_id, (x, y, width, height))


def polygon(*points: Point) -> Defect:
    return Defect("dent", polygon=points)


def circle(x: float, y: float, radius: float, corners: int = 60) -> Defect:
    turns = [2 * math.pi * n / corners for n in range(corners)]
    return polygon(*((x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (box(0, 0, 10, 10), box(0, 0, 10, 10), 1),
        (box(0, 0, 10, 10), box(5, 0, 10, 10), 50 / 150),
        (box(0, 0, 10, 10), box(2, 2, 5, 5), 0.25),
        (box(0, 0, 10, 10), box(10, 0, 10, 10), 0),
        (box(0, 0, 10, 10), box(0, 30, 10, 10), 0),
    ],
)
def test_boxes_overlap_exactly(one: Defect, other: Defect, expected: float) -> None:
    assert iou(one, other) == pytest.approx(expected)


def test_a_triangle_is_half_of_its_box() -> None:
    assert iou(polygon((0, 0), (10, 0), (0, 10)), box(0, 0, 10, 10)) == pytest.approx(0.5, abs=0.01)


def test_two_triangles_share_less_than_their_boxes() -> None:
    one, other = polygon((0, 0), (10, 0), (0, 10)), polygon((10, 10), (10, 0), (0, 10))
    assert iou(one, other) == pytest.approx(0, abs=0.02)
    assert iou(one, polygon((0, 0), (10, 0), (10, 10))) == pytest.approx(1 / 3, abs=0.01)


def test_the_hole_of_a_ring_is_not_inside() -> None:
    outer, inner = ((0, 0), (9, 0), (9, 9), (0, 9), (0, 0)), ((3, 3), (3, 6), (6, 6), (6, 3), (3, 3))
    ring = polygon(*outer, *inner)
    assert iou(ring, box(0, 0, 9, 9)) == pytest.approx(72 / 81, abs=0.01)


def test_circles_overlap_as_the_formula_of_the_lens_says() -> None:
    radius, distance = 50.0, 40.0
    lens = 2 * radius**2 * math.acos(distance / (2 * radius)) - distance / 2 * math.sqrt(
        4 * radius**2 - distance**2
    )
    expected = lens / (2 * math.pi * radius**2 - lens)
    assert iou(circle(60, 60, radius), circle(100, 60, radius)) == pytest.approx(expected, abs=0.01)


side = st.floats(1, 100)
boxes = st.builds(box, side, side, side, side)


@given(one=boxes, other=boxes, dx=side, dy=side)
def test_it_is_symmetric_moves_along_and_stays_a_share(
    one: Defect, other: Defect, dx: float, dy: float
) -> None:
    found = iou(one, other)
    assert found is not None
    assert 0 <= found <= 1 + 1e-9
    assert iou(other, one) == pytest.approx(found)
    assert one.box
    assert other.box
    moved = [box(b[0] + dx, b[1] + dy, b[2], b[3]) for b in (one.box, other.box)]
    assert iou(*moved) == pytest.approx(found, abs=1e-6)


def test_masks_are_the_same_or_nobody_knows() -> None:
    one, other = Defect("dent", mask="a" * 64), Defect("dent", mask="b" * 64)
    assert (iou(one, one), iou(one, other), iou(one, box(0, 0, 1, 1))) == (1, None, None)


def test_a_defect_without_a_place_is_the_same_as_another_one() -> None:
    assert iou(Defect("dent"), Defect("dent")) == 1
    assert iou(Defect("dent"), box(0, 0, 1, 1)) is None


def test_those_that_overlap_most_go_together_and_classes_do_not_mix() -> None:
    before = [box(0, 0, 10, 10), box(100, 0, 10, 10), box(0, 0, 10, 10, "scratch")]
    after = [box(101, 0, 10, 10), box(0, 0, 10, 10), box(300, 0, 5, 5)]
    found = match_defects(before, after)
    assert found == [
        Match("dent", 0, 1, 1.0),
        Match("dent", 1, 0, 9 / 11),
        Match("dent", None, 2, 0.0),
        Match("scratch", 2, None, 0.0),
    ]
