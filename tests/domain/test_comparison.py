"""The comparison of two runs: the parts of a change, and the interval of a paired difference."""

import itertools
import math

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import multinomial
from sklearn.metrics import roc_auc_score

from kenpin.domain.run.comparison import MeasuredPair, auroc, compare
from kenpin.domain.run.paired_difference import paired_difference, score_interval

Case = tuple[bool, bool, bool, bool]
"""old_judged_ng, new_judged_ng, old_ng, new_ng"""


def image(place: int, case: Case, group: str | None = None) -> MeasuredPair:
    old, new, old_ng, new_ng = case
    return MeasuredPair(
        image_id=f"{place:064d}",
        group=group or f"image {place}",
        old_score=0.9 if old else 0.1,
        new_score=0.8 if new else 0.2,
        old_judged_ng=old,
        new_judged_ng=new,
        old_ng=old_ng,
        new_ng=new_ng,
    )


def test_a_change_is_split_into_model_and_labels() -> None:
    ng_missed_by_old = (False, True, True, True)
    ng_missed_by_both = (False, False, True, True)
    label_turned_ng = (True, True, False, True)
    ok = (False, False, False, False)
    cases: list[Case] = [ng_missed_by_old, ng_missed_by_both, label_turned_ng, ok, ok]
    found = compare([image(*each) for each in enumerate(cases)], old_only=2, new_only=1)
    assert (found.images, found.old_only, found.new_only, found.relabelled) == (5, 2, 1, 1)
    cells = {(c.model, c.labels): (c.escapes, c.ng, c.overkills, c.ok) for c in found.cells}
    assert cells == {
        ("old", "old"): (2, 2, 1, 3),
        ("old", "new"): (2, 3, 0, 2),
        ("new", "old"): (1, 2, 1, 3),
        ("new", "new"): (1, 3, 0, 2),
    }
    changes: dict[str, tuple[float, ...]] = {
        c.figure: (c.total, c.by_model, c.by_labels) for c in found.changes
    }
    assert [changes[figure] for figure in ("escapes", "overkills")] == [(-1, -1, 0), (-1, 0, -1)]
    for change in found.changes:
        assert change.by_model + change.by_labels == pytest.approx(change.total)
    assert (found.escapes.images, found.escapes.fixed, found.escapes.broken, found.escapes.more) == (
        3,
        1,
        0,
        -1,
    )


@pytest.mark.parametrize(
    ("case", "changes"),
    [
        ((False, True, True, True), {"fixed"}),
        ((True, False, True, True), {"broken"}),
        ((False, False, True, True), set()),
        ((True, False, False, False), {"fixed"}),
        ((True, True, False, True), {"relabelled"}),
        ((True, False, False, True), {"broken", "relabelled"}),
    ],
)
def test_an_image_is_listed_by_what_changed(case: Case, changes: set[str]) -> None:
    one = image(0, case)
    assert {change for change in ("fixed", "broken", "relabelled") if one.has(change)} == changes


def test_figures_without_ng_images_have_no_rate_and_no_change_of_it() -> None:
    found = compare([image(0, (True, False, False, False))], old_only=0, new_only=0)
    assert [cell.escape_rate for cell in found.cells] == [None] * 4
    assert [change.figure for change in found.changes] == ["escapes", "overkills", "overkill_rate"]
    assert (found.escapes.images, found.escapes.low, found.escapes.high) == (0, None, None)


def test_auroc_is_that_of_scikit_learn() -> None:
    random = np.random.default_rng(3)
    scores, ng = np.round(random.random(200), 1), random.random(200) < 0.2
    assert auroc(scores.tolist(), ng.tolist()) == pytest.approx(roc_auc_score(ng, scores))
    assert auroc([0.1, 0.2], [True, True]) is None


@pytest.mark.parametrize(
    ("broken", "fixed", "images"), [(150, 86, 1600), (3, 0, 83), (12, 2, 50), (0, 5, 20)]
)
def test_the_interval_holds_the_differences_that_a_score_test_does_not_reject(
    broken: int, fixed: int, images: int
) -> None:
    """The likelihood under the hypothesis is maximised by scipy, not by the closed form."""

    def score(difference: float) -> float:
        def loss(rate_fixed: float) -> float:
            rates = (rate_fixed + difference, rate_fixed, 1 - 2 * rate_fixed - difference)
            counts = (broken, fixed, images - broken - fixed)
            return -sum(n * math.log(max(r, 1e-300)) for n, r in zip(counts, rates, strict=True) if n)

        bounds = (max(0.0, -difference), (1 - difference) / 2)
        rate = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-12}).x
        variance = images * (2 * rate + difference * (1 - difference))
        return float((broken - fixed - images * difference) / math.sqrt(variance))

    seen = (broken - fixed) / images
    expected = (
        brentq(lambda d: score(d) - 1.959964, seen - 0.5, seen - 1e-9),
        brentq(lambda d: score(d) + 1.959964, seen + 1e-9, seen + 0.5),
    )
    assert score_interval(broken, fixed, images) == pytest.approx(expected, abs=1e-4)


def test_the_interval_holds_the_true_difference_about_as_often_as_it_says() -> None:
    """Over every outcome of 40 images, weighted with its probability. The interval is approximate: at so few images
    the worst of these rates is held in 93 of 100, not 95.
    """
    outcomes = [(b, f, 40 - b - f) for b, f in itertools.product(range(41), repeat=2) if b + f <= 40]
    intervals = np.array([score_interval(broken, fixed, 40) for broken, fixed, _ in outcomes])
    for p_broken, p_fixed in ((0.02, 0.02), (0.1, 0.05), (0.2, 0.02)):
        chances = multinomial.pmf(outcomes, 40, (p_broken, p_fixed, 1 - p_broken - p_fixed))
        holds = (intervals[:, 0] <= p_broken - p_fixed) & (p_broken - p_fixed <= intervals[:, 1])
        assert 0.925 < chances[holds].sum() < 0.999, (p_broken, p_fixed)


def test_nothing_that_changed_still_leaves_an_interval() -> None:
    same = paired_difference({f"image {place}": [0] for place in range(83)})
    assert same.more == 0 and same.low is not None and same.high is not None
    assert same.low == pytest.approx(-same.high) and 3 < same.high < 4


def test_images_of_one_group_that_change_together_widen_the_interval() -> None:
    apart = paired_difference({f"image {place}": [int(place < 6)] for place in range(60)})
    together = paired_difference({f"part {part}": [int(part < 1)] * 6 for part in range(10)})
    assert apart.more == together.more == 6
    assert apart.low is not None and together.low is not None
    assert apart.low > 0 > together.low
