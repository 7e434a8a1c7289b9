"""The platform on AWS services, played by moto; the rows are in real PostgreSQL."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import boto3
import pytest
from moto import mock_aws
from moto.server import ThreadedMotoServer

from functions.runtime.event import Json
from kenpin.domain.job import MAX_ATTEMPTS

REGION: Final = "eu-central-1"
BUCKET: Final = "kenpin-objects"
MOST_RECEIVES: Final = 2


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """An account with what a function finds there, and the settings that say where."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        for name, value in make_resources().items():
            monkeypatch.setenv(name, value)
        yield


def make_resources() -> dict[str, str]:
    """Make what a function finds in an account; return the settings that say where."""
    _make_table()
    boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    jobs, dead_jobs = _queues("jobs.fifo", "dead-jobs.fifo", MAX_ATTEMPTS)
    intake, dead_intake = _queues("intake", "dead-intake", MOST_RECEIVES)
    unheard = boto3.client("sqs").create_queue(QueueName="unheard")["QueueUrl"]
    named = {"base": "aws", "stage": "test", "event_table": "events", "bucket": BUCKET, "queue_url": jobs}
    queues = {"dead_letter_url": dead_jobs, "intake_queue_url": intake, "dead_intake_url": dead_intake}
    settings = {**named, **queues, "unheard_url": unheard}
    return {f"KENPIN_{name.upper()}": value for name, value in settings.items()}


@contextmanager
def served() -> Iterator[str]:
    """The address at which other processes find the account."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def _make_table() -> None:
    boto3.client("dynamodb").create_table(
        TableName="events",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )


def _queues(name: str, dead_name: str, most_receives: int) -> tuple[str, str]:
    """A queue and the one that its dead letters go to."""
    dead = _queue(dead_name)
    asked = boto3.client("sqs").get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
    policy = {"deadLetterTargetArn": asked["Attributes"]["QueueArn"], "maxReceiveCount": most_receives}
    return _queue(name, RedrivePolicy=json.dumps(policy), VisibilityTimeout="0"), dead


def _queue(name: str, **attributes: str) -> str:
    fifo = {"FifoQueue": "true"} if name.endswith(".fifo") else {}
    made = boto3.client("sqs").create_queue(QueueName=name, Attributes={**fifo, **attributes})  # type: ignore[dict-item]
    return made["QueueUrl"]


def stored_in_inbox(key: str, body: bytes, **metadata: str) -> Json:
    """Put an object there, and answer the event that S3 sends to the bus."""
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body, Metadata=metadata)
    detail = {"bucket": {"name": BUCKET}, "object": {"key": key, "size": len(body)}, "reason": "PutObject"}
    return {"source": "aws.s3", "detail-type": "Object Created", "id": "e-1", "detail": detail}
