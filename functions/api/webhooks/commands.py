"""Writes about webhooks: add, change and remove one, send a test, try a message again."""

from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.api.webhooks.answers import AddedWebhook, QueuedDelivery, QueuedTest
from functions.http.accept import accept, accepted, new_id
from functions.http.answers import Accepted
from functions.http.paging import LARGEST, found
from functions.http.request import request_context
from functions.http.resolver import new_router
from kenpin.application import webhooks
from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Text
from kenpin.domain.project.commands import AddWebhook, ChangeWebhook, RemoveWebhook, WebhookTypes
from kenpin.domain.project.decider import project
from kenpin.domain.project.refusals import DeliveredAlready
from kenpin.domain.webhook import WebhookAddress
from kenpin.read_models.webhooks import notes

router = new_router()


class NewWebhook(Command):
    address: WebhookAddress
    types: WebhookTypes
    reason: Text = ""


class WebhookChange(Command):
    """A change of a webhook. A field that is left out stays, and is not checked anew."""

    address: WebhookAddress | None = None
    types: WebhookTypes | None = None
    is_on: bool | None = None
    reason: Text = ""


class Removal(Command):
    reason: Text = ""


@router.post("/projects/<project_id>/webhooks", status_code=201, tags=["webhooks"])
def add_webhook(project_id: str, body: NewWebhook) -> AddedWebhook:
    """Add a webhook. Only this answer, and one to the same request with the same idempotency key, has its secret."""
    command = AddWebhook(webhook_id=new_id(), **body.model_dump())
    appended, secret = webhooks.add_webhook(platform(), project_id, command, request_context())
    return AddedWebhook(**accepted(appended, command.webhook_id).model_dump(), secret=secret)


@router.put("/projects/<project_id>/webhooks/<webhook_id>", tags=["webhooks"])
def change_webhook(project_id: str, webhook_id: str, body: WebhookChange) -> Accepted:
    """Set address or types anew, or turn the webhook off or on. Its secret stays."""
    return accept(project, project_id, ChangeWebhook(webhook_id=webhook_id, **body.model_dump()))


@router.post("/projects/<project_id>/webhooks/<webhook_id>/removal", status_code=201, tags=["webhooks"])
def remove_webhook(project_id: str, webhook_id: str, body: Removal) -> Accepted:
    """Remove a webhook for good, with the messages that wait for it."""
    command = RemoveWebhook(webhook_id=webhook_id, reason=body.reason)
    return accepted(webhooks.remove_webhook(platform(), project_id, command, request_context()), project_id)


@router.post("/projects/<project_id>/webhooks/<webhook_id>/tests", status_code=202, tags=["webhooks"])
def send_test(project_id: str, webhook_id: str) -> QueuedTest:
    """Send a message of the type `webhook.test`. The list of deliveries shows what became of it."""
    id = new_id()
    webhooks.queue_test(platform(), project_id, webhook_id, id, datetime.now(UTC))
    return QueuedTest(message_id=f"test-{id}")


@router.post(
    "/projects/<project_id>/webhooks/<webhook_id>/deliveries/<delivery_id>/retry",
    status_code=202,
    tags=["webhooks"],
)
def retry_delivery(
    project_id: str, webhook_id: str, delivery_id: Annotated[int, Path(ge=1, le=LARGEST)]
) -> QueuedDelivery:
    """Send a message that waits or is parked again now."""
    with platform().database.transaction() as sql:
        before = notes.retry(sql, project_id, webhook_id, delivery_id)
    if found(before, "webhook_delivery", str(delivery_id))["state"] == "delivered":
        raise DeliveredAlready(delivery_id)
    return QueuedDelivery(delivery_id=delivery_id)
