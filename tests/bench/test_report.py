"""The bench's own arithmetic; nothing here is timed."""

import pytest

from bench.report import Report, percentile, rounded, spread


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(n) for n in range(100, 0, -1)]
    assert [percentile(values, share) for share in (0.0, 0.5, 0.99, 1.0)] == [1, 50, 99, 100]
    assert percentile([7.0], 0.99) == 7.0


def test_a_spread_is_least_median_and_greatest() -> None:
    assert spread([3.0, 1.0, 2.0]) == (1.0, 2.0, 3.0)


@pytest.mark.parametrize(("value", "shown"), [(123_456.0, 123_500.0), (0.0123456, 0.01235), (2.0, 2.0)])
def test_figures_have_four_digits(value: float, shown: float) -> None:
    assert rounded(value) == shown


@pytest.mark.parametrize(("most_seeds", "taken"), [(None, [0, 1, 2]), (2, [0, 1]), (9, [0, 1, 2])])
def test_fewer_seeds_are_measured_on_demand_and_named(most_seeds: int | None, taken: list[int]) -> None:
    report = Report(most_seeds=most_seeds)
    assert list(report.take_seeds("split", 3)) == taken
    assert report.seeds == {f"split {seed}": seed for seed in taken}


def test_a_claim_holds_at_its_bound() -> None:
    report = Report()
    report.claim_at_least("ratio", 20.0, 20)
    report.claim_at_most("p50", 10.1, 10)
    assert [(claim.bound, claim.holds) for claim in report.claims] == [(">= 20", True), ("<= 10", False)]
