"""Answers about webhooks, field by field. None of them has a secret but that of a webhook just added."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from functions.http.answers import Accepted
from kenpin.domain.webhook import WebhookType


class AddedWebhook(Accepted):
    secret: str
    """The secret of its signatures, shown here only"""


class Webhook(BaseModel):
    webhook_id: str
    address: str
    types: list[WebhookType]
    is_on: bool
    added_at: datetime
    added_by: str
    waiting: int
    """Messages that wait for their first or next try"""
    parked: int
    """Messages that no try delivered, and that wait for a person"""


class Webhooks(BaseModel):
    """All webhooks of a project, the oldest first; there are at most 20."""

    webhooks: list[Webhook]


class WebhookDelivery(BaseModel):
    delivery_id: int
    message_id: str
    """The header `webhook-id`: the same for each try"""
    type: str
    body: str
    """The body as it is sent and signed"""
    state: Literal["waiting", "delivered", "parked"]
    attempts: int
    queued_at: datetime
    tried_at: datetime | None
    next_try: datetime | None
    answer: str
    """The HTTP status of the receiver, or why there is none"""


class QueuedTest(BaseModel):
    message_id: str


class QueuedDelivery(BaseModel):
    delivery_id: int
