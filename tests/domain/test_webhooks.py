"""Webhooks of a project: added, changed and removed; their ids are not used again."""

import pytest
from pydantic import ValidationError

from kenpin.domain.project.commands import AddWebhook, ChangeWebhook, RemoveWebhook
from kenpin.domain.project.decider import project
from kenpin.domain.project.events import ProjectCreated, WebhookAdded, WebhookChanged, WebhookRemoved
from kenpin.domain.project.refusals import NoSuchWebhook, TooManyWebhooks, WebhookExists
from kenpin.domain.webhook import MOST_WEBHOOKS
from tests.domain.specification import Specification

MES = "https://mes.example.com/kenpin"
ADD = AddWebhook(webhook_id="mes", address=MES, types=("run.ended", "gate.failed", "run.ended"))
ADDED = WebhookAdded(webhook_id="mes", address=MES, types=("gate.failed", "run.ended"))
REMOVED = WebhookRemoved(webhook_id="mes", reason="out of use")
bakery = Specification(project).given(ProjectCreated(project_id="bakery", name="Bakery"))


def test_a_webhook_is_added_once() -> None:
    bakery.when(ADD).then(ADDED)
    bakery.given(ADDED).when(ADD).then_nothing()


def test_an_id_is_not_used_again() -> None:
    other = ADD.model_copy(update={"address": "https://other.example.com/"})
    bakery.given(ADDED).when(other).then_refused(WebhookExists, saying="mes")
    bakery.given(ADDED, REMOVED).when(ADD).then_refused(WebhookExists, saying="was removed")


def test_a_webhook_is_changed_and_turned_off() -> None:
    off = WebhookChanged(webhook_id="mes", address=MES, types=("run.ended",), is_on=False)
    ask = ChangeWebhook(webhook_id="mes", address=MES, types=("run.ended",), is_on=False)
    bakery.given(ADDED).when(ask).then(off)
    bakery.given(ADDED, off).when(ask).then_nothing()
    as_it_is = ChangeWebhook(webhook_id="mes", address=MES, types=ADDED.types)
    bakery.given(ADDED).when(as_it_is).then_nothing()


def test_a_webhook_with_an_address_that_is_refused_today_is_turned_off() -> None:
    stored = WebhookAdded(webhook_id="old", address="http://169.254.169.254/", types=("run.ended",))
    off = WebhookChanged(webhook_id="old", address=stored.address, types=stored.types, is_on=False)
    bakery.given(stored).when(ChangeWebhook(webhook_id="old", is_on=False)).then(off)
    bakery.given(stored, off).when(ChangeWebhook(webhook_id="old")).then_nothing()


def test_a_webhook_is_removed_for_good() -> None:
    ask = RemoveWebhook(webhook_id="mes", reason="out of use")
    bakery.given(ADDED).when(ask).then(REMOVED)
    bakery.given(ADDED, REMOVED).when(ask).then_nothing()
    bakery.when(ask).then_refused(NoSuchWebhook)
    change = ChangeWebhook(webhook_id="mes", address=MES, types=("run.ended",))
    bakery.given(ADDED, REMOVED).when(change).then_refused(NoSuchWebhook)


def test_the_number_of_webhooks_is_limited_and_removed_ones_do_not_count() -> None:
    many = [WebhookAdded(webhook_id=f"w{n}", address=MES, types=("run.ended",)) for n in range(MOST_WEBHOOKS)]
    bakery.given(*many).when(ADD).then_refused(TooManyWebhooks)
    bakery.given(*many, WebhookRemoved(webhook_id="w3")).when(ADD).then(ADDED)


@pytest.mark.parametrize(
    "address",
    [
        "ftp://mes.example.com/",
        "mes.example.com",
        "https://",
        "https://mes.example.com:99999/",
        "https://mes.example.com/#part",
        "https://検品.example.com/",
    ],
)
def test_an_address_is_plain_http_or_https(address: str) -> None:
    with pytest.raises(ValidationError):
        AddWebhook(webhook_id="mes", address=address, types=("run.ended",))


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(ValidationError, match="leave user name and password out") as refused:
        AddWebhook(webhook_id="mes", address="https://name:word@mes.example.com/", types=("run.ended",))
    [error] = refused.value.errors()
    assert "word@" not in error["msg"]


def test_a_webhook_has_a_type_that_exists() -> None:
    for types in ((), ("run.begun",)):
        with pytest.raises(ValidationError):
            AddWebhook(webhook_id="mes", address=MES, types=types)
