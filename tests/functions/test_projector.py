"""The projector ends in time, reports what it did not come to, and keeps no stream waiting behind a long one."""

import pytest

from functions.projector import turns
from functions.projector.handler import handler
from functions.runtime.advance import RESERVE_MS
from host.gateway import call
from host.projector import stream_event
from kenpin.bootstrap import platform
from kenpin.domain.dataset.commands import CreateDataset, TagVersion
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.event import Context
from kenpin.projections import projection
from kenpin.read_models.catalogue import models_of
from tests.functions.conftest import Api
from tests.functions.limited_context import LimitedContext

ME = Context(actor="inspector")
READERS = len(models_of("dataset-d"))
"""Read models of a dataset."""


def projected(*streams: str, looks: int = 1_000) -> list[str]:
    """Ring for these streams; return those that are to be delivered again."""
    answer = handler(stream_event(list(streams)), LimitedContext(looks, "projector"))  # type: ignore[arg-type]
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def reached(stream: str) -> set[int]:
    with platform().database.reading() as sql:
        rows = sql.execute("select version from checkpoint where stream = %s", (stream,)).fetchall()
    return {row["version"] for row in rows}


@pytest.fixture
def long_and_short(api: Api, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Two datasets, of which one is ten windows behind; a turn is one window."""
    monkeypatch.setattr(turns, "TURN_S", 0.0)
    monkeypatch.setattr(projection, "WINDOW", 1)
    for id, tags in (("long", 9), ("short", 0)):
        create = CreateDataset(dataset_id=id, project_id="p", name=id)
        platform().commands.execute(dataset, id, create, by=ME)
        for n in range(tags):
            platform().commands.execute(dataset, id, TagVersion(name=f"v{n}"), by=ME)
    return "dataset-long", "dataset-short"


def test_with_time_every_stream_reaches_its_head(long_and_short: tuple[str, str]) -> None:
    long, short = long_and_short
    assert projected(long, short) == []
    assert (reached(long), reached(short)) == ({10}, {1})


def test_a_long_stream_gives_way_after_one_window_and_is_left_to_the_sweeper(
    long_and_short: tuple[str, str],
) -> None:
    long, short = long_and_short
    assert projected(long, short, looks=2 * READERS) == []
    assert (reached(long), reached(short)) == ({1}, {1})
    call("sweeper", {})
    assert reached(long) == {10}


def test_streams_that_no_turn_came_to_are_delivered_again(long_and_short: tuple[str, str]) -> None:
    long, short = long_and_short
    assert projected(long, short, looks=READERS) == [short]
    assert (reached(long), reached(short)) == ({1}, set())
    assert projected(long, short, looks=0) == [long, short]


def test_a_call_is_short_even_when_the_function_has_much_time(
    long_and_short: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "LONGEST_CALL_S", 0.0)
    assert projected(*long_and_short) == [*long_and_short]


def test_on_one_machine_a_call_has_as_much_time_as_the_host_gives_it(
    long_and_short: tuple[str, str],
) -> None:
    long, short = long_and_short
    batch = stream_event([long, short])
    assert len(call("projector", batch, RESERVE_MS / 1000)["batchItemFailures"]) == 2
    assert call("sweeper", {}, RESERVE_MS / 1000)["left"] == 2 * READERS
    assert call("projector", batch) == {"batchItemFailures": []}
