"""A platform whose doorbells are rung by the test: it does what it is told and wakes only then."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

import psycopg
import pytest

from functions.api.operations.answers import Parked
from functions.http.answers import Page
from host.gateway import Request, call, respond
from host.projector import stream_event
from kenpin import bootstrap
from kenpin.bootstrap import platform
from kenpin.domain.catalogue import recorded
from kenpin.domain.dataset.commands import CreateDataset, DatasetCommand
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.decider import Refusal, Scope
from kenpin.domain.event import Context, type_of
from kenpin.domain.ids import category_of, id_of
from kenpin.domain.run.commands import RequestRun, RunCommand
from kenpin.domain.run.decider import run
from kenpin.projections.projection import checkpoint
from tests.read_models.rows import Rows, dump, forget, straight

ME = Context(actor="inspector")
DATASETS, RUNS = ("dataset-a", "dataset-b"), ("run-r1", "run-r2")
DIGEST = "a" * 64


@dataclass(frozen=True)
class Ring:
    """A batch as a DynamoDB stream delivers it, for one of the functions that the bell wakes."""

    function: str
    streams: Sequence[str]


StreamCommand = tuple[str, DatasetCommand | RunCommand]
"""A stream, and what is asked of its aggregate."""


class DrivenPlatform:
    def __init__(self, url: str, straight_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self._url, self._straight_url = url, straight_url
        self._monkeypatch = monkeypatch

    def begin(self) -> None:
        """Two datasets and two runs. Events cannot be taken away: each history belongs to a tenant of its own."""
        self.end()
        self._monkeypatch.setenv("KENPIN_TENANT", uuid.uuid4().hex[:12])
        forget(self._url)
        with psycopg.connect(self._url) as owner:
            owner.execute("truncate job_queue.jobs")
        asked = {"project_id": "p", "dataset_id": "a", "dataset_version": 1, "dataset_hash": DIGEST}
        for stream in DATASETS:
            self.play((stream, CreateDataset(dataset_id=id_of(stream), project_id="p", name=stream)))
        for stream in RUNS:
            self.play((stream, RequestRun.model_validate({"run_id": id_of(stream), **asked})))

    def end(self) -> None:
        platform().close()
        bootstrap.platform.cache_clear()

    def play(self, *steps: StreamCommand | Ring) -> None:
        for step in steps:
            if isinstance(step, Ring):
                assert self.ring(step.function, *step.streams) == []
            else:
                self._tell(*step)

    def _tell(self, stream: str, command: DatasetCommand | RunCommand) -> None:
        execute, id = platform().commands.execute, id_of(stream)
        with suppress(Refusal):
            if category_of(stream) == "dataset":
                execute(dataset, id, cast(DatasetCommand, command), by=ME)
            else:
                execute(run, id, cast(RunCommand, command), by=ME)

    def ring(self, function: str, *streams: str) -> list[str]:
        """Wake it for these streams; those it reports as failed."""
        answer = call(function, stream_event(list(streams)))
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def sweep(self) -> None:
        """Once for what no bell rang for, once for what the reactors made of it."""
        for _ in range(2):
            call("sweeper", {})

    def rows(self) -> Rows:
        return dump(self._url)

    def straight_rows(self) -> Rows:
        return straight(platform().events, self._straight_url)

    def reached(self, projection: str, stream: str) -> int:
        with platform().database.transaction() as sql:
            return checkpoint(sql, projection, stream)[0]

    def parked(self) -> list[Parked]:
        """As the API tells."""
        answer = respond("queries", Request("GET", "/v1/parked", "", {}, b"", {"sub": "kenpin"}))
        return Page[Parked].model_validate_json(answer.body).items

    def try_now(self, parked: Parked) -> None:
        path = f"/v1/parked/{parked.reader}/{parked.stream}/retry"
        sent = Request("POST", path, "", {"content-type": "application/json"}, b"{}", {"sub": "kenpin"})
        assert respond("repairs", sent).status == 202

    def jobs(self) -> list[str]:
        with psycopg.connect(self._url) as owner:
            return [id for (id,) in owner.execute("select job_id from job_queue.jobs order by 1")]

    def waited_for(self) -> set[str]:
        """The jobs of runs that are not over."""
        states = {stream: platform().commands.state(run, id_of(stream), Scope()) for stream in RUNS}
        waiting = {s: state for s, state in states.items() if state.status in ("queued", "running")}
        return {f"{stream}@{state.asked_at}" for stream, state in waiting.items()}

    def ids_of(self, category: str, *types: str) -> list[str]:
        """Of every event of these types."""
        events = platform().events
        commits = [commit for head in events.heads(f"{category}-") for commit in events.read(head.stream)]
        facts = [fact for commit in commits for fact in recorded(commit)]
        return sorted(fact.event_id for fact in facts if type_of(fact.event) in types)
