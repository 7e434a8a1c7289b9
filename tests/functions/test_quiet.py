"""Clocks of a stage that sleeps: while no stream grows they look at no row, and each call leaves the database alone."""

import socket
from collections.abc import Iterator

import pytest

from host.gateway import call
from kenpin.adapters.postgres.connection import SleepingDatabase, url_login, waiting
from kenpin.bootstrap import platform
from kenpin.read_models.parked import notes as parked
from tests.functions.conftest import Api

SLEEPER = {"clock": "sweeper"}
WRITER = {"kenpin-actor": "inspector", "content-type": "application/json"}


@pytest.fixture
def sleeping(api_on_aws: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """An installation with one project, whose database sleeps."""
    settings = platform().settings.model_copy(update={"database_wake_seconds": 3})
    monkeypatch.setattr(platform(), "settings", settings)
    api_on_aws.post("/v1/projects", {"project_id": "p", "name": "P"})
    yield api_on_aws


class Asleep(Exception):
    """A call reached the database that should sleep."""


def let_sleep(patch: pytest.MonkeyPatch) -> None:
    def wake(*_: object) -> None:
        raise Asleep

    patch.setattr(platform().database, "connection", wake)


@pytest.mark.parametrize("clock", ["sweeper", "erasures"])
def test_a_clock_looks_at_no_row_while_no_stream_grows(
    sleeping: Api, monkeypatch: pytest.MonkeyPatch, clock: str
) -> None:
    found = call(clock, {"clock": clock})
    assert not any(found.values())
    let_sleep(monkeypatch)
    assert call(clock, {"clock": clock}) == found


def test_health_leaves_the_database_asleep(sleeping: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    let_sleep(monkeypatch)
    answer = sleeping.send("GET", "/v1/health", None, {})
    assert (answer.status, answer.json["database"]) == (200, "not asked")


def test_a_stream_that_grows_is_looked_at(sleeping: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    call("sweeper", SLEEPER)
    sleeping.send("POST", "/v1/projects", {"project_id": "q", "name": "Q"}, WRITER)
    assert call("sweeper", SLEEPER)["projected"]
    call("sweeper", SLEEPER)
    let_sleep(monkeypatch)
    assert call("sweeper", SLEEPER)["projected"] == 0


def test_who_calls_by_hand_has_the_rows_looked_at(sleeping: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    call("sweeper", SLEEPER)
    let_sleep(monkeypatch)
    with pytest.raises(Asleep):
        call("sweeper", {})


def test_a_sweep_with_something_parked_is_not_the_last(
    sleeping: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    with platform().database.transaction() as sql:
        parked.park(sql, "gallery", "dataset-d", ValueError("broken"))
    call("sweeper", SLEEPER)
    let_sleep(monkeypatch)
    with pytest.raises(Asleep):
        call("sweeper", SLEEPER)


def test_no_connection_is_left_open_after_a_call(sleeping: Api) -> None:
    sleeping.get("/v1/projects")
    assert not any(platform().database._idle.values())


def test_who_asks_first_is_told_to_ask_again(sleeping: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """A paused Aurora takes the connection and is silent until it is awake."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://kenpin@127.0.0.1:{silent.getsockname()[1]}/kenpin"
        monkeypatch.setattr(platform(), "database", SleepingDatabase(url, login=waiting(url_login, 2)))
        answer = sleeping.get("/v1/projects")
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    assert answer.json["waking"] is True
    assert "waking up" in answer.json["detail"]
