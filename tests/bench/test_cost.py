"""Bills are made of prices that are named, and of units that the real adapter uses."""

import pytest

from bench.append_units import UnitCounter
from bench.bill import PRICES, BillLine, core_seconds, lambda_lines, total
from bench.claims.cost import BILLS
from bench.idle import StageName, idle
from bench.usage import budget, images, inbox, labels


def test_every_price_has_a_source_and_a_use() -> None:
    used = {line.price for bill in BILLS.values() for line in bill()}
    assert used == PRICES.prices.keys()
    assert all(price.usd > 0 and price.per >= 1 and price.source for price in PRICES.prices.values())


def test_a_line_is_its_quantity_at_its_price() -> None:
    assert BillLine("keys", 2, "kms key month").usd == 2.0
    assert total([BillLine("puts", 2_000, "s3 put"), BillLine("keys", 1, "kms key month")]) == pytest.approx(
        1.0108
    )


def test_a_small_function_takes_longer_and_no_function_is_faster_than_a_core() -> None:
    assert core_seconds(1.0, 512) == pytest.approx(3.455, abs=0.001)
    assert core_seconds(1.0, 3_538) == 1.0
    calls, time = lambda_lines("work", 10, 1_024, core_s=0.0, waiting_s=0.5)
    assert (calls.quantity, time.quantity) == (10, 5.0)


def test_a_judgement_writes_its_key_its_image_the_head_and_the_commit() -> None:
    assert UnitCounter().judge(1).write == 4 * 2
    assert UnitCounter().judge(3).write == 6 * 2


def test_what_a_projection_reads_is_what_was_appended() -> None:
    counting = UnitCounter()
    registered = counting.register(200)
    assert counting.read(200).read == -(-registered.bytes // 4_096)
    assert counting.read(0).read == 1


def test_many_in_one_request_cost_less_than_one_by_one() -> None:
    assert total(labels(per_request=10)) < total(labels(per_request=1))


def test_the_inbox_costs_more_than_the_api_for_it_stores_twice_and_appends_by_tens() -> None:
    def written(bill: list[BillLine]) -> float:
        return sum(line.quantity for line in bill if line.what == "appends")

    assert written(images(1_000)) < written(inbox(1_000))
    assert total(images(1_000)) < total(inbox(1_000))


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_more_streams_make_an_idle_month_dearer(stage: StageName) -> None:
    assert total(idle(stage, streams=200)) < total(idle(stage, streams=2_000))


def test_rows_show_a_judgement_after_it_is_answered() -> None:
    steps = budget()
    assert (
        steps["**answered**"]
        < steps["**rows show it**"]
        == pytest.approx(sum(seconds for step, seconds in steps.items() if "**" not in step))
    )
