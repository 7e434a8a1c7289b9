"""The job queue on SQS: a FIFO queue whose dead letters say why they died."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec
from botocore.exceptions import ClientError

from kenpin.adapters.aws import clients
from kenpin.adapters.aws.dead_letters import HELD_S, peek
from kenpin.adapters.aws.errors import code_of, unavailable_when_busy
from kenpin.domain.job import DIED_SILENTLY, LANES, MAX_ATTEMPTS, PAUSE_S, lane_of, pause_before_retry
from kenpin.ports import DeadJob, Delivery, Job, QueueDepth

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef as Message

CLAIM_LOST: Final = {"InvalidParameterValue", "MessageNotInflight", "ReceiptHandleIsInvalid"}
LONGEST_LOG_TAIL: Final = 20_000
WAIT_S: Final = 5
"""Seconds of one long poll. A worker that is stopped meanwhile waits for it and gives the job back."""


class DeathReason(msgspec.Struct, frozen=True):
    """The reason of a job's death, in an attribute of its message: SQS itself can redrive the body."""

    attempts: int
    reason: str
    log_tail: str
    dead_at: str


class SqsJobQueue:
    """The job queue on SQS. Each lane is a message group, and so is each job without a project.

    Differences: a job_id is remembered for 5 minutes, a claim lasts 12 hours at most, a job that waits for a retry
    counts as running, and dead letters are kept for 14 days. Reading them hides them from others meanwhile.
    """

    def __init__(
        self,
        queue_url: str,
        dead_letter_url: str,
        client: SQSClient | None = None,
        pause_s: float = PAUSE_S,
        wait_s: int = WAIT_S,
        lanes: int = LANES,
    ) -> None:
        self._url, self._dead_url, self._lanes = queue_url, dead_letter_url, lanes
        self._client, self._pause_s, self._wait_s = client or clients.sqs(), pause_s, wait_s

    def send(self, job: Job) -> None:
        self._send(job, deduplication_id=job.job_id)

    def receive(self, visibility_s: int) -> Delivery | None:
        """Wait up to `wait_s` seconds for a job."""
        for message in self._receive(self._url, 1, visibility_s, self._wait_s):
            return Delivery(_job_in(message), message["ReceiptHandle"], _attempt_in(message))
        return None

    def extend(self, delivery: Delivery, visibility_s: int) -> bool:
        with unavailable_when_busy("the job queue"):
            try:
                self._client.change_message_visibility(
                    QueueUrl=self._url, ReceiptHandle=delivery.receipt, VisibilityTimeout=visibility_s
                )
            except ClientError as error:
                return _unless_claim_lost(error)
        return True

    def done(self, delivery: Delivery) -> None:
        self._delete(self._url, delivery.receipt)

    def failed(self, delivery: Delivery, reason: str, log_tail: str, retry: bool = True) -> bool:
        if retry and delivery.attempt < MAX_ATTEMPTS:
            pause = pause_before_retry(delivery.attempt, self._pause_s, random.random())
            self.extend(delivery, math.ceil(pause))
            return True
        if not self.extend(delivery, HELD_S):
            return True
        self._move_to_dead_letters(delivery, reason, log_tail)
        return False

    def give_back(self, delivery: Delivery) -> None:
        """Send a fresh copy, as SQS counts receipts, then delete: the job may exist twice but is never lost."""
        if self.extend(delivery, HELD_S):
            self._send(delivery.job, _digest(delivery.receipt), tried=delivery.attempt - 1)
            self.done(delivery)

    def depth(self) -> QueueDepth:
        ready, running = self._count(self._url)
        return QueueDepth(ready, running, sum(self._count(self._dead_url)))

    def dead(self) -> Iterator[DeadJob]:
        with peek(self._client, self._dead_url) as messages:
            found = {_job_in(message).job_id: _dead_in(message) for message in messages}
        yield from sorted(found.values(), key=lambda dead: dead.dead_at)

    def redrive(self, job_id: str) -> bool:
        with peek(self._client, self._dead_url) as messages:
            again = [message for message in messages if _job_in(message).job_id == job_id]
            for message in again:
                self._send(_job_in(message), deduplication_id=message["MessageId"])
                self._delete(self._dead_url, message["ReceiptHandle"])
        return bool(again)

    def dismiss(self, job_id: str) -> bool:
        with peek(self._client, self._dead_url) as messages:
            found = [message for message in messages if _job_in(message).job_id == job_id]
            for message in found:
                self._delete(self._dead_url, message["ReceiptHandle"])
        return bool(found)

    def _move_to_dead_letters(self, delivery: Delivery, reason: str, log_tail: str) -> None:
        """Send to the dead letters, then delete: in between the job may exist twice, but is never lost."""
        now = datetime.now(UTC).isoformat()
        death = DeathReason(delivery.attempt, reason, log_tail[-LONGEST_LOG_TAIL:], now)
        with unavailable_when_busy("the job queue"):
            self._client.send_message(
                QueueUrl=self._dead_url,
                MessageBody=msgspec.json.encode(delivery.job).decode(),
                MessageAttributes={
                    "death": {"DataType": "String", "StringValue": msgspec.json.encode(death).decode()}
                },
                MessageGroupId=delivery.job.job_id,
                MessageDeduplicationId=_digest(delivery.receipt),
            )
        self.done(delivery)

    def _send(self, job: Job, deduplication_id: str, tried: int = 0) -> None:
        with unavailable_when_busy("the job queue"):
            self._client.send_message(
                QueueUrl=self._url,
                MessageBody=msgspec.json.encode(job).decode(),
                MessageAttributes={"tried": {"DataType": "Number", "StringValue": str(tried)}},
                MessageGroupId=lane_of(job.project, job.job_id, self._lanes) or job.job_id,
                MessageDeduplicationId=deduplication_id,
            )

    def _receive(self, url: str, most: int, visibility_s: int, wait_s: int = 0) -> list[Message]:
        with unavailable_when_busy("the job queue"):
            answer = self._client.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=most,
                VisibilityTimeout=visibility_s,
                WaitTimeSeconds=wait_s,
                MessageSystemAttributeNames=["ApproximateReceiveCount", "SentTimestamp"],
                MessageAttributeNames=["death", "tried"],
            )
        return answer.get("Messages", [])

    def _delete(self, url: str, receipt: str) -> None:
        with unavailable_when_busy("the job queue"):
            try:
                self._client.delete_message(QueueUrl=url, ReceiptHandle=receipt)
            except ClientError as error:
                _unless_claim_lost(error)

    def _count(self, url: str) -> tuple[int, int]:
        """Return the numbers of visible and of received messages."""
        with unavailable_when_busy("the job queue"):
            counts = self._client.get_queue_attributes(
                QueueUrl=url,
                AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
            )["Attributes"]
        return (
            int(counts["ApproximateNumberOfMessages"]),
            int(counts["ApproximateNumberOfMessagesNotVisible"]),
        )


def _job_in(message: Message) -> Job:
    return msgspec.json.decode(message["Body"], type=Job)


def _attempt_in(message: Message) -> int:
    """Return the attempt: receipts of this copy and of the copies that were given back before."""
    tried = message.get("MessageAttributes", {}).get("tried", {"StringValue": "0"})
    return int(tried["StringValue"]) + int(message["Attributes"]["ApproximateReceiveCount"])


def _digest(receipt: str) -> str:
    return hashlib.sha256(receipt.encode()).hexdigest()


def _dead_in(message: Message) -> DeadJob:
    job = _job_in(message)
    if attribute := message.get("MessageAttributes", {}).get("death"):
        death = msgspec.json.decode(attribute["StringValue"], type=DeathReason)
        return DeadJob(job, death.attempts, death.reason, death.log_tail, death.dead_at)
    moved_at = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    return DeadJob(job, MAX_ATTEMPTS, DIED_SILENTLY, "", moved_at.isoformat())


def _unless_claim_lost(error: ClientError) -> bool:
    if code_of(error).rpartition(".")[2] not in CLAIM_LOST:
        raise error
    return False
