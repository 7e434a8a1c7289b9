"""`kenpin webhook`: addresses that a project tells what happens, each with a secret that is shown once."""

from __future__ import annotations

from typing import Annotated, Final, get_args

import typer

from functions.api.webhooks.answers import (
    AddedWebhook,
    QueuedDelivery,
    QueuedTest,
    WebhookDelivery,
    Webhooks,
)
from host.cli.connect import connect
from host.cli.options import Json, ProjectId, Reason, group
from host.cli.output import line, show, show_all, table, warn
from kenpin.domain.webhook import WebhookType

KNOWN: Final = ", ".join(get_args(WebhookType))
app = group("Webhooks: signed messages to an address of yours when runs end, gates fail and more.")
WebhookId = Annotated[str, typer.Argument(metavar="WEBHOOK", help="Its id, as in `kenpin webhook list`.")]
Address = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="https://…, or http://… in a private network.")
]
Types = Annotated[
    list[str],
    typer.Option("--type", help=f"One of {KNOWN}; may be given many times."),
]


@app.command("add")
def add(
    project_id: ProjectId, address: Address, types: Types, reason: Reason = "", json: Json = False
) -> None:
    """Add a webhook and print its secret, once."""
    body = {"address": address, "types": types, "reason": reason}
    added = connect().ask(f"/projects/{project_id}/webhooks", body, AddedWebhook)
    if not json:
        warn(f"webhook {added.id} is added; its secret is shown this once")
    show(added, json, lambda: line(added.secret))


@app.command("list")
def list_webhooks(project_id: ProjectId, json: Json = False) -> None:
    """List the webhooks of a project, without secrets."""
    found = connect().get(f"/projects/{project_id}/webhooks", Webhooks).webhooks
    rows = (
        (each.webhook_id, each.address, ", ".join(each.types), each.is_on, each.waiting, each.parked)
        for each in found
    )
    columns = ("webhook", "address", "types", "on", "waiting", "parked")
    show_all(found, json, lambda: table(*columns, rows=rows))


@app.command("change")
def change(
    project_id: ProjectId,
    webhook_id: WebhookId,
    address: Annotated[str | None, typer.Option(help="Another address.")] = None,
    types: Annotated[
        list[str] | None,
        typer.Option("--type", help="Other types."),
    ] = None,
    is_on: Annotated[bool | None, typer.Option("--on/--off", help="Send, or no longer.")] = None,
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Set address or types anew, or turn a webhook off or on. What is not given stays."""
    given = {"address": address, "types": types, "is_on": is_on, "reason": reason}
    body = {name: value for name, value in given.items() if value is not None}
    accepted = connect().put(f"/projects/{project_id}/webhooks/{webhook_id}", body)
    show(accepted, json, lambda: line(f"webhook {webhook_id} is changed"))


@app.command("test")
def test(project_id: ProjectId, webhook_id: WebhookId, json: Json = False) -> None:
    """Send a message of the type webhook.test; `kenpin webhook log` shows the answer."""
    queued = connect().ask(f"/projects/{project_id}/webhooks/{webhook_id}/tests", {}, QueuedTest)
    show(queued, json, lambda: line(f"message {queued.message_id} is on its way"))


@app.command("log")
def log(project_id: ProjectId, webhook_id: WebhookId, json: Json = False) -> None:
    """List the messages of a webhook, the newest first, with the answer to the last try."""
    path = f"/projects/{project_id}/webhooks/{webhook_id}/deliveries"
    found = list(connect().items(path, WebhookDelivery))
    rows = (
        (each.delivery_id, each.message_id, each.type, each.state, each.attempts, each.answer, each.next_try)
        for each in found
    )
    columns = ("delivery", "message", "type", "state", "tries", "answer", "next try")
    show_all(found, json, lambda: table(*columns, rows=rows))


@app.command("retry")
def retry(
    project_id: ProjectId,
    webhook_id: WebhookId,
    delivery_id: Annotated[int, typer.Argument(metavar="DELIVERY", help="As in `kenpin webhook log`.")],
    json: Json = False,
) -> None:
    """Send a message that waits or is parked again now."""
    path = f"/projects/{project_id}/webhooks/{webhook_id}/deliveries/{delivery_id}/retry"
    queued = connect().ask(path, {}, QueuedDelivery)
    show(queued, json, lambda: line(f"delivery {delivery_id} is on its way again"))


@app.command("remove")
def remove(project_id: ProjectId, webhook_id: WebhookId, reason: Reason = "", json: Json = False) -> None:
    """Remove a webhook for good, with the messages that wait for it."""
    accepted = connect().post(f"/projects/{project_id}/webhooks/{webhook_id}/removal", {"reason": reason})
    show(accepted, json, lambda: line(f"webhook {webhook_id} is removed"))
