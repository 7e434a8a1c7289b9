"""The sweeper ends in time, reports what it left, and favours no stream."""

from collections.abc import Iterator

import pytest

from functions.runtime.event import Json
from functions.sweeper.handler import handler
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


def swept(looks: int = 1_000) -> Json:
    return handler({}, LimitedContext(looks, "sweeper"))  # type: ignore[arg-type]


@pytest.fixture
def datasets(api: Api) -> Iterator[list[str]]:
    ids = [f"d{n}" for n in range(6)]
    for id in ids:
        create = CreateDataset(dataset_id=id, project_id="p", name=id)
        platform().commands.execute(dataset, id, create, by=ME)
    yield ids


def test_a_sweep_brings_everything_to_its_head_and_leaves_nothing(datasets: list[str]) -> None:
    assert swept() == {"projected": len(datasets) * READERS, "reacted": 0, "left": 0}
    assert swept() == {"projected": 0, "reacted": 0, "left": 0}


def test_a_sweep_without_time_begins_nothing(datasets: list[str]) -> None:
    assert swept(looks=0) == {"projected": 0, "reacted": 0, "left": len(datasets) * READERS}


def test_sweeps_that_are_cut_short_reach_every_head_in_the_end(datasets: list[str]) -> None:
    projected, left = 0, len(datasets) * READERS
    for _ in range(200):
        answer = swept(looks=9)
        projected += answer["projected"]
        assert answer["left"] <= left
        if not (left := answer["left"]):
            break
    assert (left, projected <= len(datasets) * READERS) == (0, True)
    assert swept()["projected"] == 0


def test_one_long_stream_is_left_between_two_windows(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projection, "WINDOW", 1)
    create = CreateDataset(dataset_id="long", project_id="p", name="long")
    platform().commands.execute(dataset, "long", create, by=ME)
    for n in range(5):
        platform().commands.execute(dataset, "long", TagVersion(name=f"v{n}"), by=ME)
    assert swept(looks=2)["left"] == READERS
    with platform().database.reading() as sql:
        reached = sql.execute("select version from checkpoint where stream = 'dataset-long'").fetchall()
    assert [row["version"] for row in reached] == [2]
    assert swept()["left"] == 0
