"""Dead letters in an SQS queue: read without removal, and removed once they are settled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from kenpin.adapters.aws import clients
from kenpin.adapters.aws.errors import unavailable_when_busy
from kenpin.ports import DeadMessage

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef as Message

HELD_S: Final = 30
"""Seconds that a read hides the messages from others when it is interrupted."""
MAX_BATCH: Final = 10
"""SQS's limit of one batch."""
MAX_READ: Final = 1_000
REASON_ATTRIBUTES: Final = ("ERROR_MESSAGE", "ERROR_CODE")
"""Attributes with the reason why EventBridge gave up on a target."""


@contextmanager
def peek(client: SQSClient, url: str) -> Iterator[list[Message]]:
    """Receive up to MAX_READ messages, and make them visible again at the end."""
    held: list[Message] = []
    try:
        while len(held) < MAX_READ and (batch := _receive(client, url)):
            held += batch
        yield held
    finally:
        for start in range(0, len(held), MAX_BATCH):
            client.change_message_visibility_batch(
                QueueUrl=url,
                Entries=[
                    {"Id": str(n), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0}
                    for n, message in enumerate(held[start : start + MAX_BATCH])
                ],
            )


def _receive(client: SQSClient, url: str) -> list[Message]:
    with unavailable_when_busy("the queue of dead letters"):
        answer = client.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=MAX_BATCH,
            VisibilityTimeout=HELD_S,
            WaitTimeSeconds=0,
            MessageSystemAttributeNames=["ApproximateReceiveCount", "SentTimestamp"],
            MessageAttributeNames=["All"],
        )
    return answer.get("Messages", [])


class SqsDeadLetters:
    """Dead letters by message id; SQS keeps them for 14 days."""

    def __init__(self, url: str, client: SQSClient | None = None) -> None:
        self._url, self._client = url, client or clients.sqs()

    def all(self) -> Iterator[DeadMessage]:
        with peek(self._client, self._url) as messages:
            found = {message["MessageId"]: _letter(message) for message in messages}
        yield from sorted(found.values(), key=lambda letter: letter.dead_at)

    def settle(self, id: str, carry_out: Callable[[str], object]) -> bool:
        with peek(self._client, self._url) as messages:
            found = [message for message in messages if message["MessageId"] == id]
            for message in found:
                carry_out(message["Body"])
                with unavailable_when_busy("the queue of dead letters"):
                    self._client.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return bool(found)


class LambdaFailure(Struct, rename="camel"):
    """The answer in Lambda's record of a failed call."""

    response_payload: dict[str, object]


def _letter(message: Message) -> DeadMessage:
    sent = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    return DeadMessage(message["MessageId"], message["Body"], _reason(message), sent.isoformat())


def _reason(message: Message) -> str:
    """Return the reason: EventBridge puts it beside the message, Lambda inside; SQS gives none."""
    attributes = message.get("MessageAttributes", {})
    for name in REASON_ATTRIBUTES:
        if name in attributes:
            return attributes[name].get("StringValue", "")
    with suppress(msgspec.DecodeError):
        failure = msgspec.json.decode(message["Body"], type=LambdaFailure)
        return str(failure.response_payload.get("errorMessage", ""))
    return ""
