"""Doorbells may come twice, in any order, too early or never: the rows are those of a straight projection."""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.domain.catalogue import events_in
from kenpin.domain.commit import Commit
from kenpin.domain.dataset.commands import TagVersion
from kenpin.domain.dataset.events import VersionTagged
from kenpin.ports import Appended, Unavailable
from kenpin.projections.database import Sql
from kenpin.projections.projection import FOREVER
from kenpin.read_models import catalogue
from kenpin.read_models.gallery.projection import Gallery
from tests.read_models import worlds
from tests.read_models.driven_platform import DATASETS, RUNS, DrivenPlatform, Ring, StreamCommand
from tests.read_models.rows import databases
from tests.read_models.run_commands import START, SUCCEED, run_commands

run_steps = st.tuples(st.sampled_from(RUNS), run_commands)
dataset_steps = st.tuples(st.sampled_from(DATASETS), worlds.commands)
functions, streams = st.sampled_from(["projector", "reactors"]), st.sampled_from([*DATASETS, *RUNS, "run-r3"])
rings = st.builds(Ring, functions, st.lists(streams, max_size=6))


@pytest.fixture(scope="module")
def urls(postgres_url: str) -> Iterator[list[str]]:
    name = uuid.uuid4().hex[:8]
    with databases(postgres_url, f"rung_{name}", f"straight_{name}") as urls:
        yield urls


@pytest.fixture
def driven(
    urls: list[str], tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DrivenPlatform]:
    monkeypatch.setenv("KENPIN_DATABASE_URL", urls[0])
    monkeypatch.setenv("KENPIN_DATA_DIR", str(tmp_path_factory.mktemp("data")))
    rung, straight = urls
    driven = DrivenPlatform(rung, straight, monkeypatch)
    driven.begin()
    yield driven
    driven.end()


def examples(number: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    shared = [HealthCheck.function_scoped_fixture]
    return settings(max_examples=number, deadline=None, suppress_health_check=shared)


@examples(15)
@given(steps=st.lists(st.one_of(dataset_steps, dataset_steps, run_steps, rings), max_size=40))
def test_shuffled_doubled_and_dropped_rings_make_the_same_rows(
    driven: DrivenPlatform, steps: list[StreamCommand | Ring]
) -> None:
    driven.begin()
    driven.play(*steps)
    driven.sweep()
    assert driven.rows() == driven.straight_rows()


@examples(8)
@given(steps=st.lists(st.one_of(run_steps, rings), max_size=40))
def test_however_the_bell_rings_each_fact_is_answered_once(
    driven: DrivenPlatform, steps: list[StreamCommand | Ring]
) -> None:
    driven.begin()
    driven.play(*steps)
    driven.sweep()
    asked_for = set(driven.ids_of("run", "RunRequested", "RunRetried"))
    assert driven.waited_for() <= set(jobs := driven.jobs()) <= asked_for
    assert len(jobs) == len(set(jobs))
    assert len(driven.ids_of("model", "ModelRegistered")) == len(driven.ids_of("run", "RunSucceeded"))


class Broken(RuntimeError):
    """A programmer's mistake, which is none of the platform's own errors."""


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """While its patch lasts, the gallery breaks on a tag called `poison`."""
    (gallery,) = (model for model in catalogue.READ_MODELS if model.name == "gallery")

    class Poisoned(Gallery):
        is_poisoned = False

        def add(self, commit: Commit, upto: int = FOREVER) -> None:
            super().add(commit, upto)
            tags = [event.name for event in events_in(commit) if isinstance(event, VersionTagged)]
            self.is_poisoned |= "poison" in tags

        def project(self, sql: Sql) -> None:
            super().project(sql)
            if self.is_poisoned:
                raise Broken("a tag that nobody can show")

    broken = replace(gallery, batch=Poisoned)
    models = tuple(broken if model is gallery else model for model in catalogue.READ_MODELS)
    with monkeypatch.context() as patch:
        patch.setattr(catalogue.CATALOGUE, "models", models)
        yield patch


def test_a_stream_that_cannot_be_projected_holds_up_no_other(
    driven: DrivenPlatform, poison: pytest.MonkeyPatch
) -> None:
    driven.play(("dataset-a", TagVersion(name="poison")))
    assert driven.ring("projector", "dataset-a", "dataset-b", "run-r1", "dataset-a") == []
    assert driven.reached("gallery", "dataset-b") == driven.reached("runs", "run-r1") == 1
    driven.sweep()
    assert driven.reached("runs", "run-r2") == 1
    assert len(driven.jobs()) == len(RUNS)
    poison.undo()
    driven.ring("projector", "dataset-a")
    driven.sweep()
    assert driven.parked() == []
    assert driven.rows() == driven.straight_rows()


def test_a_parked_stream_says_why_and_is_left_alone_for_a_while_unless_a_person_says_now(
    driven: DrivenPlatform, poison: pytest.MonkeyPatch
) -> None:
    driven.play(*(("dataset-a", TagVersion(name=name)) for name in ("one", "poison", "three")))
    driven.sweep()
    [stuck] = driven.parked()
    assert (stuck.reader, stuck.stream, stuck.version) == ("gallery", "dataset-a", 3)
    assert (stuck.error, stuck.message) == ("Broken", "a tag that nobody can show")
    assert timedelta(0) < stuck.next_try - datetime.now(UTC) <= timedelta(seconds=10)
    assert driven.reached("datasets", "dataset-a") == 4  # no other rows of the stream are held up

    driven.sweep()
    assert [one.attempts for one in driven.parked()] == [1]
    driven.try_now(stuck)
    driven.sweep()
    [stuck] = driven.parked()
    assert stuck.attempts == 2
    assert timedelta(seconds=10) < stuck.next_try - datetime.now(UTC) <= timedelta(seconds=20)

    poison.undo()
    driven.sweep()
    assert driven.reached("gallery", "dataset-a") == 2
    driven.try_now(stuck)
    driven.sweep()
    assert driven.parked() == []
    assert driven.rows() == driven.straight_rows()


def test_what_the_world_keeps_from_going_well_is_delivered_again_and_not_parked(
    driven: DrivenPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> NoReturn:
        raise Unavailable("no answer")

    with monkeypatch.context() as patch:
        patch.setattr(PostgresEventStore, "read", away)
        assert driven.ring("projector", "dataset-a", "run-r1") == ["dataset-a", "run-r1"]
        assert driven.ring("reactors", "run-r1") == ["run-r1"]
    assert driven.parked() == []


def test_rows_stop_right_before_the_event_that_cannot_be_projected(
    driven: DrivenPlatform, poison: pytest.MonkeyPatch
) -> None:
    driven.play(*(("dataset-a", TagVersion(name=name)) for name in ("one", "two", "poison", "three")))
    for _ in range(2):
        assert driven.ring("projector", "dataset-a") == []
        assert driven.reached("gallery", "dataset-a") == 3  # created, one, two
    poison.undo()
    assert driven.ring("projector", "dataset-a") == []
    assert driven.reached("gallery", "dataset-a") == 5


def test_a_fact_that_cannot_be_answered_holds_up_no_other(
    driven: DrivenPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    driven.play(*((stream, command) for stream in RUNS for command in (START, SUCCEED)))
    append = PostgresEventStore.append

    def broken(self: PostgresEventStore, stream: str, *given: object, **more: object) -> Appended:
        if stream == "model-r1":
            raise Broken
        return append(self, stream, *given, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(PostgresEventStore, "append", broken)
        assert driven.ring("reactors", *RUNS) == []
        driven.sweep()
        assert driven.ids_of("model", "ModelRegistered") == ["model-r2@1"]
    [stuck] = driven.parked()
    assert (stuck.reader, stuck.stream, stuck.error) == ("reactors", "run-r1", "Broken")
    driven.try_now(stuck)
    driven.sweep()
    assert driven.parked() == []
    assert driven.ids_of("model", "ModelRegistered") == ["model-r1@1", "model-r2@1"]
