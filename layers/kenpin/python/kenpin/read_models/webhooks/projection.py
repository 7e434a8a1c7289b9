"""Projection of webhooks, a part of the rows of projects."""

from typing import Final

from kenpin.domain.event import Recorded
from kenpin.domain.project.events import WebhookAdded, WebhookChanged, WebhookRemoved
from kenpin.projections.database import Sql
from kenpin.projections.table import DeclaredTable

WEBHOOK: Final = DeclaredTable(
    "webhook",
    """
    project_id text not null,
    webhook_id text not null,
    address    text not null,
    types      text[] not null,
    is_on      boolean not null,
    on_since   timestamptz not null,
    added_at   timestamptz not null,
    added_by   text not null,
    primary key (project_id, webhook_id)""",
    owner="project_id",
)


def project_webhook(project_id: str, recorded: Recorded, sql: Sql) -> None:
    """Change the rows of webhooks by one event; other events change nothing."""
    at = recorded.recorded_at
    match recorded.event:
        case WebhookAdded() as event:
            sql.execute(
                "insert into webhook values (%s, %s, %s, %s, true, %s, %s, %s) on conflict do nothing",
                (
                    project_id,
                    event.webhook_id,
                    event.address,
                    list(event.types),
                    at,
                    at,
                    recorded.context.actor,
                ),
            )
        case WebhookChanged() as event:
            sql.execute(
                """update webhook set address = %s, types = %s, is_on = %s,
                    on_since = case when is_on then on_since else %s end
                where project_id = %s and webhook_id = %s""",
                (event.address, list(event.types), event.is_on, at, project_id, event.webhook_id),
            )
        case WebhookRemoved(webhook_id=webhook_id):
            sql.execute(
                "delete from webhook where project_id = %s and webhook_id = %s", (project_id, webhook_id)
            )
