"""Runs whose scores suggestions are chosen by: the newest, a second opinion, and that of the anomaly family."""

from collections.abc import Callable

import pytest

from kenpin.bootstrap import platform
from kenpin.projections.database import Row, Sql
from kenpin.read_models.runs import queries as runs
from tests.functions.conftest import Api
from tests.functions.test_decisions import promote, trained


def asked(query: Callable[[Sql], Row | None]) -> Row | None:
    with platform().database.reading() as sql:
        return query(sql)


def second_opinion(run_id: str) -> tuple[str, float] | None:
    found = asked(lambda sql: runs.second_opinion(sql, "cookies", run_id))
    return (found["run_id"], found["threshold"]) if found else None


@pytest.fixture
def three(api: Api, labelled: list[str]) -> list[str]:
    return [trained(api, {labelled[0]: 0.5}, threshold) for threshold in (0.2, 0.3, 0.4)]


def test_the_second_opinion_is_of_the_model_in_production_else_of_the_run_before(
    api: Api, three: list[str]
) -> None:
    first, second, newest = three
    assert second_opinion(newest) == (second, 0.3)
    assert second_opinion(second) == (newest, 0.4)
    promote(api, first)
    api.catch_up()
    assert second_opinion(newest) == (first, 0.2)
    assert second_opinion(first) == (newest, 0.4)


def test_one_run_has_no_second_opinion_and_a_probe_is_no_anomaly_model(api: Api, labelled: list[str]) -> None:
    only = trained(api, {labelled[0]: 0.5}, 0.2)
    assert second_opinion(only) is None
    assert asked(lambda sql: runs.newest_of_anomaly(sql, "cookies")) is None
