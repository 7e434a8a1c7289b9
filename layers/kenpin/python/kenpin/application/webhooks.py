"""Webhooks: queue messages of events, send them with signatures, at least once and in order within a stream."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol

from msgspec import Struct

from kenpin.application.execute import RequestContext
from kenpin.application.platform_parts import PlatformParts
from kenpin.application.webhook_messages import TOLD, body_of, message_of, rejection_message
from kenpin.application.webhook_verdicts import VERDICTS, RowsBehind, verdict_messages
from kenpin.domain.catalogue import recorded
from kenpin.domain.decider import Scope
from kenpin.domain.event import Recorded
from kenpin.domain.ids import ProjectId, WebhookId
from kenpin.domain.project.commands import AddWebhook, RemoveWebhook
from kenpin.domain.project.decider import project
from kenpin.domain.project.refusals import NoSuchWebhook
from kenpin.ports import Appended, Unavailable
from kenpin.projections.database import Row
from kenpin.read_models.webhooks import notes, queries
from kenpin.read_models.webhooks.notes import WebhookMessage

READER: Final = "webhooks"
TEST: Final = "webhook.test"
PAUSES: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1_800, 7_200, 18_000, 36_000)
)
"""Pauses after the first, second, … failure; a message that fails once more is parked, 18 hours after the first try."""
MOST_REJECTED: Final = 500
"""Rejected arrivals that are queued at a time"""
MOST_IN_A_PASS: Final = 50
"""Messages that one webhook gets before others have their turn"""


class KeyHolder(PlatformParts, Protocol):
    """The platform where it may send webhooks."""

    def webhook_key(self) -> bytes:
        """Return the key that the secrets of webhooks follow from. Raises WebhooksNeedOneMachine."""
        ...


class PostAnswer(Struct, frozen=True):
    """The receiver's answer, or why there is none."""

    is_taken: bool
    text: str


Post = Callable[[str, Mapping[str, str], bytes], PostAnswer]
"""Sends a body with headers to an address."""


def add_webhook(
    platform: KeyHolder, project_id: ProjectId, command: AddWebhook, request: RequestContext
) -> tuple[Appended, str]:
    """Add a webhook and return its secret, which is shown at no other time. Raises WebhooksNeedOneMachine."""
    secret = secret_of(platform.webhook_key(), project_id, command.webhook_id)
    return platform.commands.execute_request(project, project_id, command, request), secret


def remove_webhook(
    platform: PlatformParts, project_id: ProjectId, command: RemoveWebhook, request: RequestContext
) -> Appended:
    """Remove a webhook, and the list of its messages."""
    removed = platform.commands.execute_request(project, project_id, command, request)
    with platform.database.transaction() as sql:
        notes.forget(sql, project_id, command.webhook_id)
    return removed


def queue_test(
    platform: PlatformParts, project_id: ProjectId, webhook_id: WebhookId, test_id: str, now: datetime
) -> None:
    """Queue a test message for a webhook, whose rows may be late. Raises NoSuchWebhook."""
    body = body_of(TEST, now, {"project_id": project_id, "webhook_id": webhook_id})
    if platform.commands.state(project, project_id, Scope()).webhooks.get(webhook_id) is None:
        raise NoSuchWebhook(webhook_id)
    with platform.database.transaction() as sql:
        notes.queue(
            sql, project_id, webhook_id, WebhookMessage(f"test-{test_id}", TEST, f"test-{test_id}", body)
        )


def queue_messages(platform: PlatformParts) -> int:
    """Queue a message for each new event that a webhook tells; return how many streams had new events.

    Raises ExceptionGroup when events of some streams cannot be told; those of the others are queued.
    """
    with platform.database.reading() as sql:
        webhooks = queries.that_are_on(sql)
        late = queries.late_streams(sql, READER) if webhooks else []
    failures = []
    for stream in late:
        of_project = [each for each in webhooks if each["project_id"] == stream["project_id"]]
        try:
            _queue_stream(platform, stream, of_project)
        except Unavailable:
            raise
        except Exception as error:
            error.add_note(f"stream {stream['stream']}")
            failures.append(error)
    if failures:
        raise ExceptionGroup("events that could not be told", failures)
    return len(late)


def queue_rejected(platform: PlatformParts) -> int:
    """Queue a message for each arrival that was rejected; return their number. A second time queues none again."""
    with platform.database.transaction() as sql:
        rows = queries.rejected_arrivals(sql, MOST_REJECTED)
        for row in rows:
            message = rejection_message(row, platform.settings.public_url)
            notes.queue(sql, row["project_id"], row["webhook_id"], message)
    return len(rows)


def _queue_stream(platform: PlatformParts, late: Row, webhooks: list[Row]) -> None:
    """Queue the messages of a stream, and move its checkpoint in the same transaction."""
    stream = late["stream"]
    with platform.database.reading() as sql:
        commits = notes.commits_with(sql, stream, late["reached"], late["head"], TOLD)
    facts = [
        fact
        for first, last in commits
        for commit in platform.events.read(stream, after=first - 1, upto=last)
        for fact in recorded(commit)
    ]
    since = min((each["on_since"] for each in webhooks if VERDICTS in each["types"]), default=None)
    try:
        told = [(fact, _messages(platform, fact, late, since)) for fact in facts]
    except RowsBehind:
        return  # the next look tells it
    with platform.database.transaction() as sql:
        for fact, message in ((fact, message) for fact, messages in told for message in messages):
            for each in webhooks:
                if message.type in each["types"] and fact.recorded_at >= each["on_since"]:
                    notes.queue(sql, each["project_id"], each["webhook_id"], message)
        notes.move(sql, READER, stream, late["head"])


def _messages(
    platform: PlatformParts, fact: Recorded, late: Row, verdicts_since: datetime | None
) -> list[WebhookMessage]:
    """Return the messages that tell an event, those of verdicts behind that of their inspection."""
    project_id, dataset_id = late["project_id"], late["dataset_id"]
    message = message_of(fact, project_id, dataset_id, platform.settings.public_url)
    is_asked = verdicts_since is not None and fact.recorded_at >= verdicts_since
    verdicts = verdict_messages(platform, fact, project_id, dataset_id) if is_asked else []
    return [*([message] if message else []), *verdicts]


def deliver(
    platform: KeyHolder,
    webhook: tuple[ProjectId, WebhookId],
    post: Post,
    clock: Callable[[], datetime],
) -> int:
    """Send a webhook's messages that are due, until one fails; return how many were delivered.

    The answer is noted after the message was sent: a process that ends between the two sends that message again.
    """
    secret = secret_of(platform.webhook_key(), *webhook)
    for sent in range(MOST_IN_A_PASS):
        with platform.database.reading() as sql:
            due = notes.due(sql, *webhook, clock())
        if due is None or not _send(platform, due, secret, post, clock):
            return sent
    return MOST_IN_A_PASS


def _send(platform: PlatformParts, due: Row, secret: str, post: Post, clock: Callable[[], datetime]) -> bool:
    """Send one message and note the answer; True when it was taken."""
    body = due["body"].encode()
    answer = post(due["address"], signed_headers(secret, due["message_id"], clock(), body), body)
    now, failures = clock(), due["attempts"]
    with platform.database.transaction() as sql:
        if answer.is_taken:
            notes.delivered(sql, due["delivery_id"], answer.text, now)
        else:
            next_try = now + PAUSES[failures] if failures < len(PAUSES) else None
            notes.failed(sql, due["delivery_id"], answer.text, now, next_try)
    return answer.is_taken


def secret_of(key: bytes, project_id: ProjectId, webhook_id: WebhookId) -> str:
    """Return the secret of a webhook. It follows from the key of the installation, so that none is stored."""
    name = f"webhook\0{project_id}\0{webhook_id}".encode()
    return "whsec_" + base64.b64encode(hmac.digest(key, name, hashlib.sha256)).decode()


def signed_headers(secret: str, message_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """Return the headers of Standard Webhooks (https://www.standardwebhooks.com) for a message."""
    timestamp = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256)
    return {
        "content-type": "application/json",
        "user-agent": "Kenpin",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }
