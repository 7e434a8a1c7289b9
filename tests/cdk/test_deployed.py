"""The core stack deployed into moto as synthesised, and the adapters on what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import boto3
import pytest
from moto import mock_aws

from cdk.constructs.event_bus import DETAIL
from functions.manifest import FUNCTIONS
from functions.runtime.doorbell import streams_named
from kenpin.adapters.aws.event_store import DynamoEventStore
from kenpin.adapters.aws.job_queue import SqsJobQueue
from kenpin.adapters.aws.object_store import S3ObjectStore
from kenpin.domain.dataset.events import VersionTagged
from kenpin.domain.event import Context
from kenpin.domain.job import DIED_SILENTLY, MAX_ATTEMPTS
from kenpin.ports import Job
from kenpin.settings import Settings
from tests.cdk.deployment import DATABASE_URL, REGION, deploy
from tests.cdk.driver.stream import filled


@pytest.fixture(scope="module", autouse=True)
def account(assembly: Path) -> Iterator[None]:
    """An account in which the stack stands."""
    with pytest.MonkeyPatch.context() as patch, mock_aws(config={"lambda": {"use_docker": False}}):
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        patch.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled")
        deploy(assembly)
        yield


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """As a function of the stack reads them."""
    [function] = [
        f for f in boto3.client("lambda").list_functions()["Functions"] if "commands" in f["Handler"]
    ]
    for name, value in function["Environment"]["Variables"].items():
        monkeypatch.setenv(name, value)
    return Settings()


@pytest.fixture
def store(settings: Settings) -> DynamoEventStore:
    return DynamoEventStore(settings.event_table, settings.tenant)


def test_every_function_is_deployed(settings: Settings) -> None:
    handlers = {function["Handler"] for function in boto3.client("lambda").list_functions()["Functions"]}
    assert handlers == {f"{f.handler}.handler" for f in FUNCTIONS if not f.runs_at_deployment}
    assert settings.base == "aws"


def test_a_function_is_told_what_the_data_stack_wrote(settings: Settings) -> None:
    assert settings.database_url == DATABASE_URL
    assert settings.database_auth == "iam"
    [projector] = [f for f in functions() if "projector" in f["Handler"]]
    assert len(projector["VpcConfig"]["SubnetIds"]) == 2
    assert [id[:3] for id in projector["VpcConfig"]["SecurityGroupIds"]] == ["sg-"]
    [thumbnails] = [f for f in functions() if "thumbnails" in f["Handler"]]
    assert not thumbnails.get("VpcConfig", {}).get("SubnetIds")


def functions() -> list[Mapping[str, Any]]:
    return [dict(f) for f in boto3.client("lambda").list_functions()["Functions"]]


def test_an_event_that_a_factory_puts_on_the_bus_lies_in_the_intake_queue() -> None:
    """moto hands the whole envelope on; EventBridge takes the target's InputPath of it."""
    events = boto3.client("events")
    [bus] = [bus["Name"] for bus in events.list_event_buses()["EventBuses"] if "kenpin" in bus["Name"]]
    for source in ("kenpin.factory", "somebody.else"):
        entry = {"EventBusName": bus, "Source": source, "DetailType": "captured", "Detail": '{"id": "1"}'}
        assert events.put_events(Entries=[entry])["FailedEntryCount"] == 0  # type: ignore[list-item]
    [message] = messages("KENPIN_INTAKE_QUEUE_URL")
    [rule] = [r["Name"] for r in events.list_rules(EventBusName=bus)["Rules"] if "Factories" in r["Name"]]
    [target] = events.list_targets_by_rule(Rule=rule, EventBusName=bus)["Targets"]
    assert target["InputPath"] == "$.detail"
    assert message["detail"] == {"id": "1"}


def test_what_is_stored_in_the_inbox_lies_in_the_intake_queue(settings: Settings) -> None:
    s3 = boto3.client("s3")
    for key in ("inbox/line-4/1.json", "elsewhere/1.json"):
        s3.put_object(Bucket=settings.bucket, Key=key, Body=b"{}")
    told = [message["detail"]["object"]["key"] for message in messages("KENPIN_INTAKE_QUEUE_URL")]
    assert told == ["inbox/line-4/1.json"]


def messages(queue: str) -> list[Mapping[str, Any]]:
    """Takes all that lies in the queue whose address the functions know by this name."""
    sqs, url = boto3.client("sqs"), functions()[0]["Environment"]["Variables"][queue]
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for message in found:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(message["Body"]) for message in found]


@pytest.fixture
def mapping() -> Mapping[str, Any]:
    """Triggers of the projector."""
    mappings = boto3.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    streams = [mapping for mapping in mappings if "/stream/" in mapping["EventSourceArn"]]
    [mapping] = [it for it in streams if "NewImage" not in it["FilterCriteria"]["Filters"][0]["Pattern"]]
    return cast("Mapping[str, Any]", mapping)


def test_an_append_rings_for_its_stream_once(store: DynamoEventStore, mapping: dict[str, str]) -> None:
    store.append("dataset-cookies", [VersionTagged(name="a", tagged_version=1)], Context(actor="me"))
    store.append("dataset-cookies", [VersionTagged(name="b", tagged_version=1)], Context(actor="me"))
    doorbell = [record for record in records(mapping) if record["dynamodb"]["Keys"]["sk"]["S"] == "H"]
    [(stream, ids)] = streams_named({"Records": doorbell}).items()
    assert (stream, len(ids)) == ("dataset-cookies", 2)
    assert [passed_on(record) for record in doorbell] == [
        {"stream": "dataset-cookies", "version": "1"},
        {"stream": "dataset-cookies", "version": "2"},
    ]
    assert list(streams_named({"id": "1", "detail": passed_on(doorbell[0])})) == ["dataset-cookies"]


def records(mapping: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Records that the projector's mapping reads."""
    streams, stream = boto3.client("dynamodbstreams"), mapping["EventSourceArn"]
    [shard] = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]
    start = streams.get_shard_iterator(
        StreamArn=stream, ShardId=shard["ShardId"], ShardIteratorType=mapping["StartingPosition"]
    )
    found = streams.get_records(ShardIterator=start["ShardIterator"])["Records"]
    return [dict(record) for record in found]


def passed_on(record: Mapping[str, Any]) -> dict[str, Any]:
    """The pipe's message to the bus for a record: a number stands in the table's stream as text."""
    told: dict[str, Any] = json.loads(filled(DETAIL, dict(record)))
    return told


def test_a_job_that_kills_its_workers_is_found_with_the_dead(settings: Settings) -> None:
    queue = SqsJobQueue(settings.queue_url, settings.dead_letter_url, wait_s=0)
    queue.send(Job("run-a@1", "train", "a", {}))
    for _ in range(MAX_ATTEMPTS):
        assert queue.receive(visibility_s=0)
    assert queue.receive(visibility_s=0) is None
    assert [(dead.job.job_id, dead.reason) for dead in queue.dead()] == [("run-a@1", DIED_SILENTLY)]


def test_objects_are_kept_in_the_bucket(settings: Settings) -> None:
    store = S3ObjectStore(settings.bucket)
    store.put("images/a", BytesIO(b"bytes"))
    with store.open("images/a") as body:
        assert body.read() == b"bytes"
