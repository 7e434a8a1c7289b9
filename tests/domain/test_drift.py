"""Drift: cells by day and line, and a gap that agrees with scipy."""

import numpy as np
import pytest
from scipy.stats import ks_2samp

from kenpin.domain.model.drift import ScoredImage, critical_gap, distance_summary, drift_cells, gap_above

RANDOM = np.random.default_rng(4)
REFERENCE = RANDOM.normal(0.5, 0.1, 300).tolist()


def images(day: str, line: str | None, count: int, middle: float) -> list[ScoredImage]:
    distances = np.random.default_rng(count).normal(middle, 0.1, count).tolist()
    return [
        ScoredImage(f"{n}", 0.5, day, line, n % 10 == 0, "NG" if n % 5 == 0 else None, d)
        for n, d in enumerate(distances)
    ]


def test_a_line_whose_images_are_farther_has_drifted_and_the_others_have_not() -> None:
    held = [*images("2026-03-02", "A", 50, 0.5), *images("2026-03-02", "B", 60, 0.8)]
    a, b = drift_cells([*images("2026-03-01", "B", 60, 0.5), *held], REFERENCE)[:2]
    assert (a.day, a.value, a.images, a.has_drifted) == ("2026-03-02", "A", 50, False)
    assert (b.day, b.value, b.has_drifted, b.is_small) == ("2026-03-02", "B", True, False)
    assert (b.judged_ng, b.labelled, b.labelled_ng) == (6, 12, 12)
    assert b.distances.median == pytest.approx(0.8, abs=0.05) and (b.gap or 0) > 0.5


def test_nearer_images_and_few_images_are_no_drift() -> None:
    [nearer] = drift_cells(images("2026-03-02", None, 60, 0.2), REFERENCE)
    [few] = drift_cells(images("2026-03-02", None, 19, 3.0), REFERENCE)
    assert not nearer.has_drifted and nearer.gap == pytest.approx(0, abs=0.02)
    assert (few.is_small, few.has_drifted, few.distances.unfamiliar) == (True, False, 19)


def test_images_without_a_distance_are_counted_alone() -> None:
    [cell] = drift_cells([ScoredImage("a", 0.5, "2026-03-02", "A", True, "OK", None)], REFERENCE)
    assert (cell.images, cell.judged_ng, cell.gap, cell.distances.images) == (1, 1, None, 0)
    assert distance_summary([]).median is None
    [unmeasured] = drift_cells(images("2026-03-02", "A", 30, 0.5), [])
    assert (unmeasured.gap, unmeasured.has_drifted) == (None, False)


def test_the_gap_is_that_of_scipy_and_chance_seldom_exceeds_the_critical_one() -> None:
    for size, middle in ((25, 0.5), (80, 0.6), (200, 0.45)):
        sample = sorted(RANDOM.normal(middle, 0.1, size).tolist())
        expected = ks_2samp(sample, REFERENCE, alternative="less")
        assert gap_above(sample, sorted(REFERENCE)) == pytest.approx(expected.statistic)
    gaps = [
        gap_above(sorted(RANDOM.random(40).tolist()), sorted(RANDOM.random(60).tolist())) for _ in range(400)
    ]
    assert sum(gap >= critical_gap(40, 60) for gap in gaps) <= 4
