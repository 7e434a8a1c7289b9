"""Failures, stopped tasks and strangers in the core stack as synthesised."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

import boto3
import pytest

from host.sample import photos
from kenpin.domain.event import Context
from kenpin.domain.run.commands import RequestRun, StartRun
from kenpin.domain.run.decider import run
from kenpin.domain.run.values import Identity
from tests.cdk.deployment import REGION
from tests.cdk.driver.faults import NoFaults, Outage
from tests.cdk.loop import INSPECTOR, LINE, Loop, Stacks, captured, content, deployed, sample

TASKS: Final = f"arn:aws:ecs:{REGION}:123456789012:task/kenpin-dev"
CLUSTERS: Final = f"arn:aws:ecs:{REGION}:123456789012:cluster"
IDENTITY: Final = Identity(code_digest="c", weights_digest="w", libraries={}, threads=2, hardware="cpu")


@pytest.fixture
def loop(stacks: Stacks, postgres_url: str, tmp_path: Path) -> Iterator[Loop]:
    with deployed(stacks, NoFaults(), postgres_url, tmp_path) as loop:
        yield loop


def test_news_that_nothing_can_be_made_of_waits_for_a_person(loop: Loop) -> None:
    """A permanent failure is rejected at once; any other is tried until it is dead."""
    entry = sample()[0]
    early = captured(entry, sha256(content(entry)).hexdigest())
    loop.begin()
    loop.put_on_bus({"type": "kenpin.image.captured.v1", "id": "poison"})
    loop.put_on_bus(early)
    loop.account.heal()
    [rejected] = loop.get("/v1/intake/rejected")["items"]
    assert rejected["event_id"] == "poison"
    [letter] = loop.get("/v1/dead-letters")["items"]
    assert (letter["source"], letter["kind"]) == ("intake", "arrival")
    assert json.loads(letter["details"]) == early
    assert loop.images() == {}
    loop.upload(entry)
    loop.post(f"/v1/dead-letters/intake/{letter['id']}/redrive", {})
    loop.post(f"/v1/intake/rejected/{rejected['rejected_id']}/dismiss", {})
    loop.rest()
    assert list(loop.images()) == [entry.name]
    assert loop.get("/v1/dead-letters")["items"] == loop.get("/v1/intake/rejected")["items"] == []


def test_rows_that_nobody_wrote_are_told_of_and_healed_by_the_clock(
    stacks: Stacks, postgres_url: str, tmp_path: Path
) -> None:
    with deployed(stacks, Outage("projector"), postgres_url, tmp_path) as loop:
        loop.post("/v1/projects", photos.PROJECT)
        loop.account.settle()
        assert loop.get("/v1/projects")["items"] == []
        letters = loop.get("/v1/dead-letters")["items"]  # of the project and of its admin
        assert [it["source"] for it in letters] == ["unheard", "unheard"]
        loop.account.heal()
        assert len(loop.get("/v1/projects")["items"]) == 1


def test_a_reaction_that_never_goes_well_is_told_of_and_healed_by_the_clock(
    stacks: Stacks, postgres_url: str, tmp_path: Path
) -> None:
    with deployed(stacks, Outage("reactors"), postgres_url, tmp_path) as loop:
        ask_for_run(loop)
        assert loop.get("/v1/queue")["ready"] == 0
        [letter] = loop.get("/v1/dead-letters")["items"]
        assert json.loads(letter["details"])["DDBStreamBatchInfo"]["batchSize"] == 1
        loop.account.heal()
        assert loop.get("/v1/queue")["ready"] == 1


def test_a_run_whose_task_has_stopped_says_why_it_waits(loop: Loop) -> None:
    ask_for_run(loop)
    with loop.task() as platform:
        started = StartRun(attempt=1, identity=IDENTITY, worker=f"{TASKS}/1")
        platform.commands.execute(run, "a", started, by=Context(actor="trainer"))
    loop.account.settle()
    say_that_it_stopped(f"{CLUSTERS}/another")
    loop.account.settle()
    assert loop.get("/v1/runs/a")["status"] == "running"
    say_that_it_stopped(f"{CLUSTERS}/kenpin-dev")
    loop.account.settle()
    found = loop.get("/v1/runs/a")
    assert (found["status"], found["failure"]["reason"]) == (
        "queued",
        "the container stopped: Host EC2 terminated (exit status 137)",
    )


def ask_for_run(loop: Loop) -> None:
    """Of a dataset that nobody has looked into."""
    with loop.task() as platform:
        asked = RequestRun(
            run_id="a", project_id="p", dataset_id="d", dataset_version=1, dataset_hash="0" * 64
        )
        platform.commands.execute(run, "a", asked, by=Context(actor="inspector"))
    loop.account.settle()


def say_that_it_stopped(cluster: str) -> None:
    task = {"taskArn": f"{TASKS}/1", "clusterArn": cluster, "lastStatus": "STOPPED"}
    container = {"name": "training", "exitCode": 137, "reason": "Host EC2 terminated"}
    detail = json.dumps({**task, "containers": [container]})
    entry = {"Source": "aws.ecs", "DetailType": "ECS Task State Change", "Detail": detail}
    assert boto3.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0  # type: ignore[list-item]


def test_who_has_no_fitting_token_is_let_through_to_health_alone(loop: Loop) -> None:
    send = loop.account.gateway.send
    assert send("GET", "/v1/health", None, None).status == 200
    assert send("GET", "/v1/projects", None, None).status == 401
    assert send("POST", "/v1/projects", photos.PROJECT, LINE).status == 403
    assert send("POST", "/v1/projects", photos.PROJECT, INSPECTOR).status == 201
    assert send("DELETE", "/v1/projects", None, INSPECTOR).status == 404
