"""The rules of a project's webhooks: an id is never used again, so no secret is, and their number is limited."""

from kenpin.domain.project.commands import AddWebhook, ChangeWebhook, RemoveWebhook
from kenpin.domain.project.events import ProjectEvent, WebhookAdded, WebhookChanged, WebhookRemoved
from kenpin.domain.project.refusals import NoSuchWebhook, TooManyWebhooks, WebhookExists
from kenpin.domain.project.state import ProjectState
from kenpin.domain.webhook import MOST_WEBHOOKS, WebhookType


def add(state: ProjectState, command: AddWebhook) -> list[ProjectEvent]:
    added = WebhookAdded(
        webhook_id=command.webhook_id,
        address=command.address,
        types=_ordered(command.types),
        reason=command.reason,
    )
    if command.webhook_id in state.webhooks:
        if state.webhooks[command.webhook_id] == added:
            return []
        raise WebhookExists(command.webhook_id)
    if sum(each is not None for each in state.webhooks.values()) >= MOST_WEBHOOKS:
        raise TooManyWebhooks(MOST_WEBHOOKS)
    return [added]


def change(state: ProjectState, command: ChangeWebhook) -> list[ProjectEvent]:
    standing = _standing(state, command.webhook_id)
    was_on = getattr(standing, "is_on", True)
    changed = WebhookChanged(
        webhook_id=command.webhook_id,
        address=command.address or standing.address,
        types=_ordered(command.types or standing.types),
        is_on=was_on if command.is_on is None else command.is_on,
        reason=command.reason,
    )
    known = (standing.address, standing.types, was_on)
    return [] if known == (changed.address, changed.types, changed.is_on) else [changed]


def remove(state: ProjectState, command: RemoveWebhook) -> list[ProjectEvent]:
    if command.webhook_id not in state.webhooks:
        raise NoSuchWebhook(command.webhook_id)
    if state.webhooks[command.webhook_id] is None:
        return []
    return [WebhookRemoved(webhook_id=command.webhook_id, reason=command.reason)]


def _standing(state: ProjectState, webhook_id: str) -> WebhookAdded | WebhookChanged:
    standing = state.webhooks.get(webhook_id)
    if standing is None:
        raise NoSuchWebhook(webhook_id)
    return standing


def _ordered(types: tuple[WebhookType, ...]) -> tuple[WebhookType, ...]:
    """Return each type once, in the order of the alphabet, so that the same choice is the same event."""
    return tuple(sorted(set(types)))
