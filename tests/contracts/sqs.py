"""The job queue on SQS, played by moto, with the guarantees of a FIFO queue that moto lacks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from threading import Lock
from typing import TYPE_CHECKING, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from kenpin.adapters.aws.job_queue import SqsJobQueue
from kenpin.domain.job import MAX_ATTEMPTS

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import ReceiveMessageResultTypeDef


class Fifo:
    """A client with FIFO guarantees: moto accepts old receipts, forgets deleted ids, and mixes up threads."""

    def __init__(self, client: SQSClient) -> None:
        self._client, self._lock = client, Lock()
        self._sent: set[object] = set()
        self._message_of: dict[object, str] = {}
        self._claims: dict[str, object] = {}

    def __getattr__(self, name: str) -> Callable[..., object]:
        def call(**arguments: object) -> object:
            with self._lock:
                return getattr(self._client, name)(**arguments)

        return call

    def send_message(self, **message: object) -> object:
        sent = (message["QueueUrl"], message["MessageDeduplicationId"])
        if sent in self._sent:
            return {}
        self._sent.add(sent)
        return self.__getattr__("send_message")(**message)

    def receive_message(self, **request: object) -> object:
        answer = cast("ReceiveMessageResultTypeDef", self.__getattr__("receive_message")(**request))
        for message in answer.get("Messages", []):
            self._message_of[message["ReceiptHandle"]] = message["MessageId"]
            self._claims[message["MessageId"]] = message["ReceiptHandle"]
        return answer

    def change_message_visibility(self, **request: object) -> object:
        self._check(request["ReceiptHandle"])
        return self.__getattr__("change_message_visibility")(**request)

    def delete_message(self, **request: object) -> object:
        self._check(request["ReceiptHandle"])
        return self.__getattr__("delete_message")(**request)

    def _check(self, receipt: object) -> None:
        if self._claims[self._message_of[receipt]] != receipt:
            raise ClientError({"Error": {"Code": "InvalidParameterValue"}}, "the receipt handle has expired")


@pytest.fixture
def sqs_job_queue() -> Iterator[Callable[[float], SqsJobQueue]]:
    with mock_aws():
        client = boto3.client("sqs", region_name="eu-central-1")
        dead_url = client.create_queue(QueueName="dead.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        dead = client.get_queue_attributes(QueueUrl=dead_url, AttributeNames=["QueueArn"])["Attributes"]
        policy = json.dumps({"deadLetterTargetArn": dead["QueueArn"], "maxReceiveCount": MAX_ATTEMPTS})
        jobs = client.create_queue(
            QueueName="jobs.fifo", Attributes={"FifoQueue": "true", "RedrivePolicy": policy}
        )
        playing = cast("SQSClient", Fifo(client))
        yield lambda pause_s: SqsJobQueue(jobs["QueueUrl"], dead_url, playing, pause_s, wait_s=0)
