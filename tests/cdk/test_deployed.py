"""The core stack deployed into moto as synthesised, and the adapters on what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final, cast

import boto3
import pytest
from moto import mock_aws
from moto.awslambda.models import LambdaBackend

from cdk.constructs.event_bus import DETAIL
from functions.doorbell import rung
from functions.manifest import FUNCTIONS
from kenpin.adapters.aws.event_store import DynamoEventStore
from kenpin.adapters.aws.job_queue import SqsJobQueue
from kenpin.adapters.aws.object_store import S3ObjectStore
from kenpin.domain.dataset.events import VersionTagged
from kenpin.domain.event import Context
from kenpin.domain.job import DIED_SILENTLY, MAX_ATTEMPTS
from kenpin.ports import Job
from kenpin.settings import Settings

REGION: Final = "eu-central-1"


@pytest.fixture(scope="module", autouse=True)
def account(assembly: Path) -> Iterator[None]:
    """An account in which the stack stands. moto does not know pipes, policies of queues and of buckets."""
    with pytest.MonkeyPatch.context() as patch, mock_aws(config={"lambda": {"use_docker": False}}):
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        patch.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled")
        boto3.client("ssm").put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="30", Type="String")
        _upload_assets(assembly)
        template = _without_archive(assembly / "Kenpin-dev-core.template.json")
        with pytest.warns(UserWarning, match="not supported by moto's CloudFormation"):
            boto3.client("cloudformation").create_stack(StackName="Kenpin-dev-core", TemplateBody=template)
        yield


def _without_archive(template: Path) -> str:
    """moto cannot read an archive's pattern in CloudFormation's form."""
    body = json.loads(template.read_text())
    kept = {id: it for id, it in body["Resources"].items() if it["Type"] != "AWS::Events::Archive"}
    return json.dumps({**body, "Resources": kept})


def _upload_assets(assembly: Path) -> None:
    s3, bucket = boto3.client("s3"), f"cdk-hnb659fds-assets-123456789012-{REGION}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    for asset in json.loads((assembly / "Kenpin-dev-core.assets.json").read_text())["files"].values():
        for destination in asset["destinations"].values():
            s3.put_object(Bucket=bucket, Key=destination["objectKey"], Body=b"PK")


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
    assert handlers == {f"{function.handler}.handler" for function in FUNCTIONS}
    assert settings.base == "aws"


@pytest.fixture
def mapping(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, Any]:
    """What wakes the projector; moto would call it inside every write, and trip over binary attributes."""
    monkeypatch.setattr(LambdaBackend, "send_dynamodb_items", lambda *_: None)
    [mapping] = boto3.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    return cast("Mapping[str, Any]", mapping)


def test_an_append_rings_for_its_stream_once(store: DynamoEventStore, mapping: dict[str, str]) -> None:
    store.append("dataset-cookies", [VersionTagged(name="a", tagged_version=1)], Context(actor="me"))
    store.append("dataset-cookies", [VersionTagged(name="b", tagged_version=1)], Context(actor="me"))
    doorbell = [record for record in records(mapping) if record["dynamodb"]["Keys"]["sk"]["S"] == "H"]
    [(stream, ids)] = rung({"Records": doorbell}).items()
    assert (stream, len(ids)) == ("dataset-cookies", 2)
    assert [passed_on(record) for record in doorbell] == [
        {"stream": "dataset-cookies", "version": 1},
        {"stream": "dataset-cookies", "version": 2},
    ]
    assert list(rung({"id": "1", "detail": passed_on(doorbell[0])})) == ["dataset-cookies"]


def records(mapping: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What the projector's mapping reads."""
    streams, stream = boto3.client("dynamodbstreams"), mapping["EventSourceArn"]
    [shard] = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]
    start = streams.get_shard_iterator(
        StreamArn=stream, ShardId=shard["ShardId"], ShardIteratorType=mapping["StartingPosition"]
    )
    found = streams.get_records(ShardIterator=start["ShardIterator"])["Records"]
    return [dict(record) for record in found]


def passed_on(record: Mapping[str, Any]) -> dict[str, Any]:
    """What the pipe makes of a record for the bus."""
    image = record["dynamodb"]["NewImage"]
    detail = DETAIL.replace("<$.dynamodb.NewImage.stream.S>", json.dumps(image["stream"]["S"]))
    filled: dict[str, Any] = json.loads(
        detail.replace("<$.dynamodb.NewImage.version.N>", image["version"]["N"])
    )
    return filled


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
