"""Reads about webhooks: those of a project, and the messages of one."""

from functions.api.webhooks.answers import Webhook, WebhookDelivery, Webhooks
from functions.http.answers import Page
from functions.http.paging import Cursor, Limit, MinVersion, decoded_number, found, is_stale, page, rows
from functions.http.resolver import new_router
from kenpin.read_models.projects import queries as projects
from kenpin.read_models.webhooks import notes, queries

router = new_router()


@router.get("/projects/<project_id>/webhooks", tags=["webhooks"])
def list_webhooks(project_id: str, min_version: MinVersion = None) -> Webhooks:
    """List the webhooks of a project, without their secrets."""
    is_stale(f"project-{project_id}", min_version, "projects")
    with rows() as sql:
        found(projects.one(sql, project_id), "project", project_id)
        shown = queries.of_project(sql, project_id)
    return Webhooks(webhooks=[Webhook.model_validate(row) for row in shown])


@router.get("/projects/<project_id>/webhooks/<webhook_id>/deliveries", tags=["webhooks"])
def list_deliveries(
    project_id: str, webhook_id: str, limit: Limit = 100, cursor: Cursor = None
) -> Page[WebhookDelivery]:
    """List the messages of a webhook, the newest first. Delivered ones stay for 30 days."""
    with rows() as sql:
        found(queries.one(sql, project_id, webhook_id), "webhook", webhook_id)
        shown = notes.page(sql, project_id, webhook_id, decoded_number(cursor), limit + 1)
    return page(shown, limit, WebhookDelivery.model_validate, lambda row: row["delivery_id"])
