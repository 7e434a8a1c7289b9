"""Kappa and bounds equal those of scikit-learn, SciPy and statsmodels, and hold their laws."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import cohen_kappa_score

from kenpin.application.agreement import Rate, by_image, figures
from kenpin.domain.dataset.agreement_statistics import agreement, cohen_kappa, fleiss_kappa, wilson

FIRST = ["OK", "OK", "NG", "NG", "HOLD", "OK", "NG", "OK", "OK", "NG", "HOLD", "OK"]
SECOND = ["OK", "NG", "NG", "NG", "OK", "OK", "NG", "OK", "OK", "OK", "HOLD", "OK"]
THIRD = ["OK", "OK", "NG", "HOLD", "HOLD", "OK", "NG", "NG", "OK", "NG", "HOLD", "OK"]

TEN_SUBJECTS = """
0 0 0 0 14 / 0 2 6 4 2 / 0 0 3 5 6 / 0 3 9 2 0 / 2 2 8 1 1
7 7 0 0 0 / 3 2 6 3 0 / 2 5 3 2 2 / 6 5 2 1 0 / 0 2 2 3 7"""
"""14 raters, 10 subjects, 5 categories: the worked example of Wikipedia, Fleiss' kappa."""

verdicts = st.sampled_from(["OK", "NG", "HOLD"])
panels = st.integers(2, 5).flatmap(
    lambda people: st.lists(st.lists(verdicts, min_size=people, max_size=people), min_size=1, max_size=12)
)


@given(pairs=st.lists(st.tuples(verdicts, verdicts), min_size=1, max_size=40))
def test_cohen_equals_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    assume(len({verdict for pair in pairs for verdict in pair}) > 1)  # it answers NaN where all say the same
    one, other = zip(*pairs, strict=True)
    assert cohen_kappa(pairs) == pytest.approx(cohen_kappa_score(one, other), abs=1e-12)


def test_fleiss_as_statsmodels_0_15_0_has_it() -> None:
    """statsmodels.stats.inter_rater.fleiss_kappa"""
    panel = [list(said) for said in zip(FIRST, SECOND, THIRD, strict=True)]
    assert fleiss_kappa(panel) == pytest.approx(0.5454545454545454, abs=1e-12)


def test_fleiss_of_the_worked_example() -> None:
    """0.210 on the page; the digits are those of statsmodels 0.15.0."""
    subjects = [
        [category for category, n in enumerate(row.split()) for _ in range(int(n))]
        for row in TEN_SUBJECTS.replace("\n", " / ").split(" / ")
        if row.strip()
    ]
    named = [[str(category) for category in subject] for subject in subjects]
    assert {len(subject) for subject in named} == {14}
    assert fleiss_kappa(named) == pytest.approx(0.20993070442195522, abs=1e-12)


@given(whole=st.integers(1, 2_000), data=st.data())
def test_wilson_equals_scipy(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    interval = binomtest(part, whole).proportion_ci(method="wilson")
    assert wilson(part, whole) == pytest.approx((interval.low, interval.high), abs=1e-12)


def test_of_nothing_there_is_no_figure() -> None:
    assert cohen_kappa([]) is None
    assert fleiss_kappa([["OK"], []]) is None
    assert agreement(["OK"]) is None
    assert wilson(0, 0) is None


def test_one_and_the_same_everywhere_is_perfect_agreement() -> None:
    assert cohen_kappa([("OK", "OK")] * 3) == 1
    assert fleiss_kappa([["OK", "OK"]] * 3) == 1


@given(said=st.lists(verdicts, min_size=1))
def test_perfect_agreement_is_one(said: list[str]) -> None:
    assert cohen_kappa([(verdict, verdict) for verdict in said]) == pytest.approx(1)
    assert fleiss_kappa([[verdict] * 3 for verdict in said]) == pytest.approx(1)


@given(panel=panels, data=st.data())
def test_who_is_called_first_makes_no_difference(panel: list[list[str]], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(panel[0]))))
    images = data.draw(st.permutations(panel))
    assert fleiss_kappa([[said[n] for n in order] for said in images]) == pytest.approx(fleiss_kappa(panel))
    pairs = [(said[0], said[1]) for said in panel]
    assert cohen_kappa([(b, a) for a, b in pairs]) == pytest.approx(cohen_kappa(pairs))


@given(panel=panels)
def test_no_kappa_is_beyond_one(panel: list[list[str]]) -> None:
    for kappa in (fleiss_kappa(panel), cohen_kappa([(said[0], said[1]) for said in panel])):
        assert kappa is not None
        assert -1 <= kappa <= 1 + 1e-12


@given(whole=st.integers(1, 500), data=st.data())
def test_a_rate_lies_within_its_bounds(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    low, high = wilson(part, whole) or (1.0, 0.0)
    assert 0 <= low <= part / whole <= high <= 1


def test_people_are_measured_against_what_is_accepted_and_images_sorted_by_least_agreement() -> None:
    said = by_image(
        [
            ("a", "hanako", "OK"), ("a", "taro", "OK"), ("b", "hanako", "NG"), ("b", "taro", "OK"),
            ("c", "hanako", "NG"), ("c", "taro", "HOLD"), ("d", "hanako", "NG"),
        ]
    )  # fmt: skip
    told = figures(["a", "b", "c", "d", "e"], said, {"b": "NG", "c": "OK", "d": "NG"})
    assert told.order == ["b", "c", "a", "d", "e"]
    assert (told.pairs[0].images, told.pairs[0].same) == (3, 1)
    hanako, taro = told.people
    assert (hanako.images, hanako.missed.part, hanako.missed.whole) == (4, 0, 2)
    assert (hanako.false_alarms.part, hanako.false_alarms.rate) == (1, 1.0)
    assert (taro.holds, taro.missed.part, taro.missed.rate) == (1, 1, 1.0)
    assert (taro.false_alarms.part, taro.false_alarms.whole) == (0, 1)


def test_without_truth_nobody_has_a_rate() -> None:
    (person,) = figures(["a"], by_image([("a", "hanako", "NG")]), {}).people
    assert person.missed == Rate(0, 0, None, None, None)
