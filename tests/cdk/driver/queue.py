"""Functions that read a queue: batches, failures one by one, and what is left alone until it may come again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import boto3

from tests.cdk.driver.deployed import Deployed
from tests.cdk.driver.faults import NoFaults
from tests.cdk.driver.functions import DeployedFunctions

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef as Message


class QueueMapping:
    """The queue itself counts how often a message was received, and sends it to its dead."""

    def __init__(
        self, settings: Mapping[str, Any], deployed: Deployed, functions: DeployedFunctions, faults: NoFaults
    ) -> None:
        self._sqs: SQSClient = boto3.client("sqs")
        self._functions, self._faults = functions, faults
        self._url, self._batch = deployed.url(settings["EventSourceArn"]), settings["BatchSize"]
        self._function = deployed.name_of(settings["FunctionArn"])
        self._reports = "ReportBatchItemFailures" in settings.get("FunctionResponseTypes", [])
        self._hidden: list[str] = []

    def poll(self) -> int:
        """Return the number of messages."""
        messages = self._sqs.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=self._batch, MessageSystemAttributeNames=["All"]
        ).get("Messages", [])
        for _ in range(self._faults.times() if messages else 0):
            failed = self._failed(messages)
        for message in messages:
            if message["MessageId"] in failed:
                self._hidden.append(message["ReceiptHandle"])
            else:
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return len(messages)

    def time_passes(self) -> int:
        """The visibility timeout of what failed is over; how many messages that was."""
        over, self._hidden = self._hidden, []
        for receipt in over:
            self._sqs.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=receipt, VisibilityTimeout=0
            )
        return len(over)

    def _failed(self, messages: list[Message]) -> set[str]:
        everything = {message["MessageId"] for message in messages}
        records = [{"messageId": it["MessageId"], "body": it["Body"]} for it in messages]
        try:
            answer = self._functions.wake(self._function, {"Records": records})
        except Exception:
            return everything
        failures = (answer or {}).get("batchItemFailures", []) if self._reports else []
        named = {failure["itemIdentifier"] for failure in failures}
        return named if named <= everything else everything
