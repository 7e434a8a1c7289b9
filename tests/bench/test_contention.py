"""The simulation of DynamoDB, held to what AWS documents; and of appends, held to themselves."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from bench.claims.contention import Batch, LoadCase, judgement, lot
from bench.simulated_dynamodb import ASSUMED, SimulatedDynamoDB, bytes_of, units_of
from bench.virtual_time import VirtualTime

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import PutTypeDef

HEAD = {"pk": {"S": "t#s"}, "sk": {"S": "H"}}
PUT: Mapping[str, PutTypeDef] = {
    "Put": {"TableName": "t", "Item": HEAD, "ConditionExpression": "attribute_not_exists(pk)"}
}


def refusals(*starts: float) -> list[str]:
    """Answers to transactions on one item that begin at these times, in the order of the answers."""
    clock, told = VirtualTime(), list[str]()
    table = SimulatedDynamoDB(clock, Random(1), ASSUMED)

    def write() -> None:
        try:
            table.transact_write_items([PUT], "token")
            told.append("written")
        except ClientError as error:
            told.append(error.response["CancellationReasons"][0]["Code"])

    for start in starts:
        clock.at(start, write)
    clock.run()
    return told


def test_of_transactions_that_meet_on_an_item_one_is_cancelled() -> None:
    assert refusals(0, 0.001) == ["TransactionConflict", "written"]


def test_a_condition_is_held_against_what_stands_there() -> None:
    assert refusals(0, 1) == ["written", "ConditionalCheckFailed"]


def test_an_item_is_counted_with_its_names_and_a_kilobyte_takes_two_units() -> None:
    assert bytes_of({"pk": {"S": "検品"}, "n": {"N": "1234"}, "b": {"B": b"123"}}) == 8 + 4 + 4
    assert [units_of({"b": {"B": bytes(size)}}) for size in (1_023, 1_024, 2_048)] == [2, 4, 6]


def test_the_same_seed_gives_the_same_history() -> None:
    first, again = (LoadCase(25).outcome(5) for _ in range(2))
    assert first.latencies == again.latencies and first.counted == again.counted


@pytest.mark.parametrize(("rate", "batch"), [(25, judgement), (1, lot)])
def test_at_an_easy_rate_nobody_is_sent_away(rate: float, batch: Batch) -> None:
    outcome = LoadCase(rate, batch).outcome(10)
    assert outcome.latencies and outcome.given_up == 0


def test_more_than_a_partition_gives_is_refused() -> None:
    assert LoadCase(10, lot).outcome(10).counted["throttled"] > 0
