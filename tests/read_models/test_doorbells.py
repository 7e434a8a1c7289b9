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
from kenpin.projections.projection import FOREVER, OfCommits
from kenpin.read_models import catalogue
from kenpin.read_models.gallery.projection import Gallery
from tests.read_models import worlds
from tests.read_models.belfry import DATASETS, RUNS, Belfry, Ring, Told
from tests.read_models.rows import databases
from tests.read_models.run_commands import START, SUCCEED, run_commands

told_runs = st.tuples(st.sampled_from(RUNS), run_commands)
told_datasets = st.tuples(st.sampled_from(DATASETS), worlds.commands)
functions, streams = st.sampled_from(["projector", "reactors"]), st.sampled_from([*DATASETS, *RUNS, "run-r3"])
rings = st.builds(Ring, functions, st.lists(streams, max_size=6))


@pytest.fixture(scope="module")
def urls(postgres_url: str) -> Iterator[list[str]]:
    name = uuid.uuid4().hex[:8]
    with databases(postgres_url, f"rung_{name}", f"straight_{name}") as urls:
        yield urls


@pytest.fixture
def belfry(
    urls: list[str], tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Belfry]:
    monkeypatch.setenv("KENPIN_DATABASE_URL", urls[0])
    monkeypatch.setenv("KENPIN_DATA_DIR", str(tmp_path_factory.mktemp("data")))
    rung, straight = urls
    belfry = Belfry(rung, straight, monkeypatch)
    belfry.begin()
    yield belfry
    belfry.end()


def examples(number: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    shared = [HealthCheck.function_scoped_fixture]
    return settings(max_examples=number, deadline=None, suppress_health_check=shared)


@examples(15)
@given(steps=st.lists(st.one_of(told_datasets, told_datasets, told_runs, rings), max_size=40))
def test_shuffled_doubled_and_dropped_rings_make_the_same_rows(
    belfry: Belfry, steps: list[Told | Ring]
) -> None:
    belfry.begin()
    belfry.play(*steps)
    belfry.sweep()
    assert belfry.rows() == belfry.straight_rows()


@examples(8)
@given(steps=st.lists(st.one_of(told_runs, rings), max_size=40))
def test_however_the_bell_rings_each_fact_is_answered_once(belfry: Belfry, steps: list[Told | Ring]) -> None:
    belfry.begin()
    belfry.play(*steps)
    belfry.sweep()
    asked_for = set(belfry.ids_of("run", "RunRequested", "RunRetried"))
    assert belfry.waited_for() <= set(jobs := belfry.jobs()) <= asked_for
    assert len(jobs) == len(set(jobs))
    assert len(belfry.ids_of("model", "ModelRegistered")) == len(belfry.ids_of("run", "RunSucceeded"))


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

    broken = replace(gallery, project=OfCommits(Poisoned))
    models = tuple(broken if model is gallery else model for model in catalogue.READ_MODELS)
    with monkeypatch.context() as patch:
        patch.setattr(catalogue, "READ_MODELS", models)
        yield patch


def test_a_stream_that_cannot_be_projected_holds_up_no_other(
    belfry: Belfry, poison: pytest.MonkeyPatch
) -> None:
    belfry.play(("dataset-a", TagVersion(name="poison")))
    assert belfry.ring("projector", "dataset-a", "dataset-b", "run-r1", "dataset-a") == []
    assert belfry.reached("gallery", "dataset-b") == belfry.reached("runs", "run-r1") == 1
    belfry.sweep()
    assert belfry.reached("runs", "run-r2") == 1
    assert len(belfry.jobs()) == len(RUNS)
    poison.undo()
    belfry.ring("projector", "dataset-a")
    belfry.sweep()
    assert belfry.parked() == []
    assert belfry.rows() == belfry.straight_rows()


def test_a_parked_stream_says_why_and_is_left_alone_for_a_while_unless_a_person_says_now(
    belfry: Belfry, poison: pytest.MonkeyPatch
) -> None:
    belfry.play(*(("dataset-a", TagVersion(name=name)) for name in ("one", "poison", "three")))
    belfry.sweep()
    [stuck] = belfry.parked()
    assert (stuck.reader, stuck.stream, stuck.version) == ("gallery", "dataset-a", 3)
    assert (stuck.error, stuck.message) == ("Broken", "a tag that nobody can show")
    assert timedelta(0) < stuck.next_try - datetime.now(UTC) <= timedelta(seconds=10)
    assert belfry.reached("datasets", "dataset-a") == 4  # no other rows of the stream are held up

    belfry.sweep()
    assert [one.attempts for one in belfry.parked()] == [1]
    belfry.try_now(stuck)
    belfry.sweep()
    [stuck] = belfry.parked()
    assert stuck.attempts == 2
    assert timedelta(seconds=10) < stuck.next_try - datetime.now(UTC) <= timedelta(seconds=20)

    poison.undo()
    belfry.sweep()
    assert belfry.reached("gallery", "dataset-a") == 2
    belfry.try_now(stuck)
    belfry.sweep()
    assert belfry.parked() == []
    assert belfry.rows() == belfry.straight_rows()


def test_what_the_world_keeps_from_going_well_is_delivered_again_and_not_parked(
    belfry: Belfry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> NoReturn:
        raise Unavailable("no answer")

    with monkeypatch.context() as patch:
        patch.setattr(PostgresEventStore, "read", away)
        assert belfry.ring("projector", "dataset-a", "run-r1") == ["dataset-a", "run-r1"]
        assert belfry.ring("reactors", "run-r1") == ["run-r1"]
    assert belfry.parked() == []


def test_rows_stop_right_before_the_event_that_cannot_be_projected(
    belfry: Belfry, poison: pytest.MonkeyPatch
) -> None:
    belfry.play(*(("dataset-a", TagVersion(name=name)) for name in ("one", "two", "poison", "three")))
    for _ in range(2):
        assert belfry.ring("projector", "dataset-a") == []
        assert belfry.reached("gallery", "dataset-a") == 3  # created, one, two
    poison.undo()
    assert belfry.ring("projector", "dataset-a") == []
    assert belfry.reached("gallery", "dataset-a") == 5


def test_a_fact_that_cannot_be_answered_holds_up_no_other(
    belfry: Belfry, monkeypatch: pytest.MonkeyPatch
) -> None:
    belfry.play(*((stream, command) for stream in RUNS for command in (START, SUCCEED)))
    append = PostgresEventStore.append

    def broken(self: PostgresEventStore, stream: str, *given: object, **more: object) -> Appended:
        if stream == "model-r1":
            raise Broken
        return append(self, stream, *given, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(PostgresEventStore, "append", broken)
        assert belfry.ring("reactors", *RUNS) == []
        belfry.sweep()
        assert belfry.ids_of("model", "ModelRegistered") == ["model-r2@1"]
    [stuck] = belfry.parked()
    assert (stuck.reader, stuck.stream, stuck.error) == ("reactors", "run-r1", "Broken")
    belfry.try_now(stuck)
    belfry.sweep()
    assert belfry.parked() == []
    assert belfry.ids_of("model", "ModelRegistered") == ["model-r1@1", "model-r2@1"]
