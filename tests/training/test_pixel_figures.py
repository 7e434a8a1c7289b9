"""Figures of maps, against independent formulas, and regions and labels of patches."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from kenpin_training.architectures.segmentation.labels import UNKNOWN, Mark, labels_of
from kenpin_training.pipeline.pixel_figures import Truth, aupimo, aupro, iou, pixel_auroc, region_figures
from kenpin_training.pipeline.regions import TOUCHING, DefectMap, HeatMap, regions_of

SHAPE = (6, 7)
TRUTHS = arrays(np.bool_, SHAPE)
HEATS = arrays(np.float32, SHAPE, elements=st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]))


def slow_aupro(heat: HeatMap, truth: Truth, most_false: float) -> float:
    """Return the area by its definition: one threshold after the other, one region after the other."""
    labels, count = ndimage.label(truth, TOUCHING)
    points = [(0.0, 0.0)]
    for threshold in sorted(set(heat.ravel().tolist()), reverse=True):
        judged = heat >= threshold
        overlap = float(np.mean([judged[labels == n].mean() for n in range(1, count + 1)]))
        points.append((float(judged[~truth].mean()), overlap))
    rates, overlaps = zip(*points, strict=True)
    grid = np.linspace(0, most_false, 30_001)
    return float(np.trapezoid(np.interp(grid, rates, overlaps), grid) / most_false)


@given(HEATS, TRUTHS)
def test_aupro_is_the_area_of_its_definition(heat: HeatMap, truth: Truth) -> None:
    found = aupro([heat], [truth])
    if truth.all() or not truth.any():
        assert found is None
    else:
        assert found == pytest.approx(slow_aupro(heat, truth, 0.3), abs=2e-3)


def slow_aupimo(ok: list[HeatMap], ng: HeatMap, truth: Truth, low: float, high: float) -> float:
    """Return the mean recall by its definition: at each rate, the lowest of all thresholds that keeps it."""
    grid = np.geomspace(low, high, 2_000)
    thresholds = np.append(np.unique([*ok, ng]), np.inf)
    rates = np.array([np.mean([(heat >= threshold).mean() for heat in ok]) for threshold in thresholds])
    recalls = [(ng[truth] >= thresholds[rates <= rate].min()).mean() for rate in grid]
    return float(np.trapezoid(recalls, np.log(grid)) / np.log(high / low))


@given(HEATS, HEATS, HEATS, TRUTHS)
def test_aupimo_is_the_mean_recall_of_its_definition(
    ok: HeatMap, other: HeatMap, ng: HeatMap, truth: Truth
) -> None:
    none = np.zeros(SHAPE, bool)
    found = aupimo([ok, ng, other], [none, truth, none], (0.05, 0.5))
    if not truth.any():
        assert found is None
    else:
        assert found == pytest.approx(slow_aupimo([ok, other], ng, truth, 0.05, 0.5), abs=3e-3)


def test_aupimo_is_that_of_its_authors_on_many_places() -> None:
    """The reference walks through evenly spaced thresholds and integrates recall over the logarithm of the rate."""
    random = np.random.default_rng(0)
    ok = [random.normal(size=(1000, 1000)).astype(np.float32) for _ in range(2)]
    ng, truth = random.normal(4.0, 0.5, (1000, 1000)).astype(np.float32), np.ones((1000, 1000), bool)
    thresholds = np.linspace(3.5, 4.5, 300)
    rate = np.array([np.mean([(heat >= threshold).mean() for heat in ok]) for threshold in thresholds])
    recall = np.array([(ng >= threshold).mean() for threshold in thresholds])
    inside = (rate >= 1e-5) & (rate <= 1e-4)
    area = -np.trapezoid(recall[inside], np.log(rate[inside])) / np.log(
        rate[inside].max() / rate[inside].min()
    )
    assert aupimo([*ok, ng], [~truth, ~truth, truth]) == pytest.approx(area, abs=0.02)
    assert aupimo(ok, [~truth, ~truth]) is None


@given(HEATS, TRUTHS)
def test_pixel_auroc_is_the_share_of_pairs_in_order(heat: HeatMap, truth: Truth) -> None:
    found = pixel_auroc([heat], [truth])
    if truth.all() or not truth.any():
        assert found is None
    else:
        higher = heat[truth][:, None] - heat[~truth][None]
        assert found == pytest.approx(float((higher > 0).mean() + (higher == 0).mean() / 2))


def test_regions_are_counted_found_and_false() -> None:
    truth, heat = np.zeros((8, 8), bool), np.zeros((8, 8), np.float32)
    truth[1, 1:4] = truth[6, 6] = True
    heat[1, 1] = heat[4, 7] = 0.9
    figures = region_figures([heat], [truth], 0.5, [4.0])
    assert [(each.size, each.is_found) for each in figures.defects] == [(12.0, True), (4.0, False)]
    assert (figures.false_regions, figures.recall(), figures.recall(5)) == (1, 0.5, 1.0)
    assert iou([heat], [truth], 0.5) == 1 / 5
    assert region_figures([heat], [truth], 0.95, [4.0]).recall() == 0.0


def test_a_region_is_measured_in_pixels_of_the_picture() -> None:
    heat = np.zeros((10, 20), np.float32)
    heat[2, 3:6], heat[8, 19] = 0.7, 0.8
    classes = np.zeros((10, 20), np.uint8)
    classes[2, 4:6] = 1
    high, scratch = regions_of(DefectMap(heat, classes), 400, 100, ("dent", "scratch"))
    assert (high.class_id, scratch.class_id) == ("dent", "scratch")
    assert (high.box, high.area) == ((380.0, 80.0, 20.0, 10.0), 200.0)
    assert (scratch.box, scratch.area) == ((60.0, 20.0, 60.0, 10.0), 600.0)
    assert scratch.length == pytest.approx(np.hypot(60, 10)) and scratch.score == pytest.approx(0.7)
    assert [each.class_id for each in regions_of(DefectMap(heat), 400, 100)] == [None, None]
    assert regions_of(DefectMap(heat), 400, 100, threshold=0.9) == []


COVERED = np.array([[0.0, 0.1, 0.6, 1.0]], np.float32)
DISTANCES = np.array([[1.0, 2.0, 9.0, 3.0]], np.float32)


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([Mark(2, COVERED, True)], [0, UNKNOWN, 2, 2]),
        ([Mark(2, (COVERED / 20).astype(np.float32), True)], [0, UNKNOWN, UNKNOWN, 2]),
        ([Mark(1, COVERED, False)], [0, UNKNOWN, 1, UNKNOWN]),
        ([Mark(1, None, False)], [1, 1, 1, 1]),
        ([Mark(1, COVERED, True), Mark(2, None, False)], [2, 2, 2, 2]),
        ([], [UNKNOWN] * 4),
    ],
    ids=["mask", "thin mask", "box", "image", "mask and image", "nothing"],
)
def test_marks_label_only_what_is_certain(marks: list[Mark], expected: list[int]) -> None:
    assert labels_of(marks, DISTANCES).tolist() == [expected]


def test_places_outside_the_region_count_in_no_figure() -> None:
    random = np.random.default_rng(3)
    heat = random.random((20, 30)).astype(np.float32)
    truth = np.zeros((20, 30), bool)
    truth[4:7, 5:9] = truth[12:15, 3:5] = True
    part = (slice(0, 20), slice(0, 15))
    inside = np.zeros(truth.shape, bool)
    inside[part] = True
    assert pixel_auroc([heat], [truth], [inside]) == pixel_auroc([heat[part]], [truth[part]])
    assert aupro([heat], [truth], inside=[inside]) == aupro([heat[part]], [truth[part]])
    assert pixel_auroc([heat], [truth], [truth]) is None
