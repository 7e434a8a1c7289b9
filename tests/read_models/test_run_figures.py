"""Figures over a predictions file: equal to their definitions on any scores."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from kenpin.adapters.memory.object_store import MemoryObjectStore
from kenpin.domain.dataset.values import Capture
from kenpin.read_models.runs.curve import POINTS, Costs, grey_zone, point_at, sweep
from kenpin.read_models.runs.scored_images import ScoredImages, SliceBy, Where, images_where, scored_images
from kenpin.read_models.runs.slices import slice_figures
from kenpin_training.predictions import PredictionRow, to_parquet

COSTS = Costs(escape=10, overkill=1, defect_rate=0.02)
Judged = tuple[float, bool]
judged = st.lists(
    st.tuples(st.sampled_from([0.0, 0.2, 0.5, 0.5001, 0.9, 1.0]) | st.floats(0, 1), st.booleans()),
    min_size=1,
    max_size=40,
)


def stored(rows: list[PredictionRow], rules: dict[str, str] | None = None) -> MemoryObjectStore:
    objects = MemoryObjectStore()
    objects.put("predictions/p.parquet", io.BytesIO(to_parquet(rows, rules)))  # type: ignore[arg-type]
    return objects


def row(number: int, score: float, is_ng: bool, **more: object) -> PredictionRow:
    verdict = "NG" if is_ng else "OK"
    return PredictionRow(f"{number:064x}", "test", verdict, score, use="test", **more)  # type: ignore[arg-type]


def of(images: list[Judged]) -> ScoredImages:
    return scored_images(stored([row(n, *image) for n, image in enumerate(images)]), "p", "test")


def mistakes(images: list[Judged], threshold: float) -> tuple[int, int]:
    escapes = sum(is_ng and score < threshold for score, is_ng in images)
    return escapes, sum(not is_ng and score >= threshold for score, is_ng in images)


@given(images=judged)
def test_each_point_counts_its_mistakes(images: list[Judged]) -> None:
    swept = sweep(of(images).table, COSTS)
    points = swept.points()
    assert [p.threshold for p in points] == sorted({score for score, _ in images})
    for point in points:
        assert (point.escapes, point.overkills) == mistakes(images, point.threshold)
        assert point == point_at(of(images).table, point.threshold, COSTS) or point.cost == pytest.approx(
            point_at(of(images).table, point.threshold, COSTS).cost
        )
    cheapest = swept.cheapest()
    assert cheapest and cheapest.cost == min(p.cost for p in points)


@given(images=judged)
def test_the_zero_escape_point_is_the_highest_that_misses_nothing(images: list[Judged]) -> None:
    found = sweep(of(images).table, COSTS).zero_escape()
    ng = [score for score, is_ng in images if is_ng]
    assert (found and found.threshold) == (min(ng) if ng else None)


@given(images=judged.filter(lambda images: len({is_ng for _, is_ng in images}) == 2))
def test_auroc_equals_scikit_learn(images: list[Judged]) -> None:
    scores, ng = zip(*images, strict=True)
    assert sweep(of(images).table, COSTS).auroc() == pytest.approx(roc_auc_score(ng, scores))


@given(images=judged, low=st.floats(0, 0.5), high=st.floats(0.5, 1))
def test_a_grey_zone_counts_what_is_decided_alone(images: list[Judged], low: float, high: float) -> None:
    zone = grey_zone(of(images).table, low, high, 0.5)
    alone = [(score, is_ng) for score, is_ng in images if not low <= score < high]
    assert zone.alone == len(alone)
    assert zone.escapes == sum(is_ng and score < low for score, is_ng in alone)
    assert zone.overkills == sum(not is_ng and score >= high for score, is_ng in alone)


def test_people_also_look_at_what_is_unfamiliar() -> None:
    rows = [row(0, 0.1, True, unfamiliar=1.2), row(1, 0.1, False, unfamiliar=0.3), row(2, 0.9, True)]
    table = scored_images(stored(rows), "p", "test").table
    assert grey_zone(table, 0.4, 0.6, 0.5).escapes == 1
    wide = grey_zone(table, 0.4, 0.6, 0.5, unfamiliar_from=1)
    assert (wide.alone, wide.escapes, wide.looked_at) == (2, 0, 0.25)


def test_many_scores_give_few_points_with_both_ends() -> None:
    images = [(float(score), bool(score > 0.5)) for score in np.linspace(0, 1, 1_000)]
    points = sweep(of(images).table, COSTS).points()
    assert len(points) == POINTS and (points[0].threshold, points[-1].threshold) == (0.0, 1.0)


def test_only_counted_images_take_part_and_their_rule_stands_beside_them() -> None:
    rows = [
        row(0, 0.9, True),
        PredictionRow("1" * 64, "test", "NG", 0.8, use=None),
        PredictionRow("2" * 64, "train", "OK", 0.7, 0.2, use="train"),
        PredictionRow("3" * 64, "train", "OK", 0.7, use="train"),
    ]
    objects = stored(rows, {"test": "by lot"})
    tested = scored_images(objects, "p", "test")
    assert (tested.table["score"].to_pylist(), tested.rule) == ([0.9], "by lot")
    assert scored_images(objects, "p", "train").table["score"].to_pylist() == [0.2]


SLICED = [
    row(0, 0.9, True, capture=Capture(line="L1", captured_at="2026-10-31T23:00:00-02:00"), classes=("dent", "crack")),
    row(1, 0.2, True, capture=Capture(line="L1"), classes=("crack",), defect_px=9.0, judged_by="taro", label_book=3),
    row(2, 0.1, False, capture=Capture(line="L1"), defect_px=None, judged_by="taro", label_book=0),
    row(3, 0.8, False, capture=Capture(line="L2, north"), judged_by="hanako", label_book=3),
    row(4, 0.1, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("by", "found"),
    [
        ("line", [(("L1",), 1, 0, 3), (("L2, north",), 0, 1, 1), ((None,), 0, 0, 1)]),
        ("class", [(("crack",), 1, 0, 2), ((None,), 0, 1, 3), (("dent",), 0, 0, 1)]),
        ("size", [(("8–16 px",), 1, 0, 1), ((None,), 0, 1, 4)]),
        ("month", [((None,), 1, 1, 4), (("2026-11",), 0, 0, 1)]),
        ("person", [(("taro",), 1, 0, 2), (("hanako",), 0, 1, 1), ((None,), 0, 0, 2)]),
        ("label_book", [(("3",), 1, 1, 2), ((None,), 0, 0, 2), (("0",), 0, 0, 1)]),
    ],
)
def test_slices_count_their_own_images(by: SliceBy, found: list[tuple[object, ...]]) -> None:
    objects = stored(SLICED)
    figures = slice_figures(scored_images(objects, "p", "test", (by,)).table, (by,), 0.5)
    assert [(each.values, each.escapes, each.overkills, each.images) for each in figures] == found
    for each in figures:
        images = images_where(objects, "p", "test", [Where(by, each.values[0])])
        assert images.num_rows == each.images


def test_two_dimensions_are_crossed() -> None:
    table = scored_images(stored(SLICED), "p", "test", ("line", "class")).table
    found = {each.values: each.escapes for each in slice_figures(table, ("line", "class"), 0.5)}
    assert found[("L1", "crack")] == 1 and found[("L1", "dent")] == 0 and found[(None, None)] == 0
