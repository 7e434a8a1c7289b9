"""Webhooks: messages are queued from the events, sent at least once, in order within a stream, and signed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from standardwebhooks import Webhook

from functions.runtime.event import Json
from kenpin.application import webhooks
from kenpin.application.webhook_messages import TYPES, message_of
from kenpin.application.webhook_verdicts import VERDICTS
from kenpin.application.webhooks import PAUSES, PostAnswer, deliver, queue_messages, queue_rejected
from kenpin.bootstrap import platform, wire
from kenpin.domain.event import Context, Recorded
from kenpin.domain.project.refusals import WebhooksNeedOneMachine
from kenpin.domain.run.commands import FailRun, StartRun
from kenpin.domain.run.decider import run
from kenpin.domain.run.values import Identity
from kenpin.domain.webhook import WebhookType
from kenpin.read_models.webhooks import notes
from kenpin.read_models.webhooks.notes import WebhookMessage
from kenpin.settings import Settings
from tests.functions.bodies import captured
from tests.functions.conftest import Api, ApiReply
from tests.functions.test_decisions import trained

WEBHOOKS = "/v1/projects/cookies/webhooks"
TAKEN, BROKEN = PostAnswer(True, "200 OK"), PostAnswer(False, "500 Internal Server Error")


class Receiver:
    """A receiver in this process that answers as it is told to, and keeps what it took."""

    def __init__(self) -> None:
        self.answers: Iterator[PostAnswer] = iter(())
        self.seen: list[tuple[Mapping[str, str], bytes]] = []
        self.taken: list[Json] = []

    def __call__(self, address: str, headers: Mapping[str, str], body: bytes) -> PostAnswer:
        self.seen.append((headers, body))
        answer = next(self.answers, TAKEN)
        if answer.is_taken:
            self.taken.append(json.loads(body))
        return answer


class ShiftedClock:
    """The time, and how far ahead of it a test is."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def added(api: Api, *types: str) -> ApiReply:
    reply = api.post(WEBHOOKS, {"address": "https://mes.example.com/kenpin", "types": list(types)})
    assert reply.status == 201
    return reply


def send(webhook_id: str, receiver: Receiver, clock: ShiftedClock) -> int:
    queue_messages(platform())
    return deliver(platform(), ("cookies", webhook_id), receiver, clock)


def deliveries(api: Api, webhook_id: str) -> list[Json]:
    items: list[Json] = api.get(f"{WEBHOOKS}/{webhook_id}/deliveries").json["items"]
    return items


def tag(api: Api, *names: str) -> None:
    for name in names:
        assert api.post("/v1/datasets/cookies/tags", {"name": name}).status == 201


def tags_of(receiver: Receiver) -> list[str]:
    return [message["data"]["name"] for message in receiver.taken]


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def clock() -> ShiftedClock:
    return ShiftedClock()


def test_a_message_tells_an_event_and_its_signature_is_that_of_standard_webhooks(
    api: Api, labelled: list[str], receiver: Receiver, clock: ShiftedClock
) -> None:
    tag(api, "before")
    reply = added(api, "version.tagged", "run.ended")
    tag(api, "spring")
    assert send(reply.json["id"], receiver, clock) == 1, "what happened before is not told"
    [(headers, body)] = receiver.seen
    message = Webhook(reply.json["secret"]).verify(body, dict(headers))
    assert (message["type"], message["data"]["name"]) == ("version.tagged", "spring")
    assert message["data"]["link"] == "http://127.0.0.1:8000/datasets/cookies/gallery"
    assert len(body) < 1000
    forged = body.replace(b"spring", b"autumn")
    with pytest.raises(Exception, match="No matching signature"):
        Webhook(reply.json["secret"]).verify(forged, dict(headers))


def test_only_the_types_that_were_chosen_are_told(
    api: Api, labelled: list[str], receiver: Receiver, clock: ShiftedClock
) -> None:
    reply = added(api, "run.ended", "model.promoted", "gate.failed")
    model_id = trained(api, {labelled[0]: 0.8}, 0.5)
    tag(api, "spring")
    api.post(f"/v1/models/{model_id}/promotion", {"stage": "production", "reason": "spring"})
    send(reply.json["id"], receiver, clock)
    told = {str(message["type"]): message["data"] for message in receiver.taken}
    assert set(told) == {"run.ended", "model.promoted"}
    assert told["run.ended"].items() >= {"outcome": "succeeded", "dataset_id": "cookies"}.items()
    assert told["model.promoted"].items() >= {"model_id": model_id, "stage": "production"}.items()


def test_an_event_that_cannot_be_told_keeps_none_of_other_streams(
    api: Api, labelled: list[str], receiver: Receiver, clock: ShiftedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = added(api, "version.tagged", "run.ended")
    api.post("/v1/datasets", {"dataset_id": "tiles", "project_id": "cookies", "name": "Tiles"})
    for dataset_id in ("cookies", "tiles"):
        api.post(f"/v1/datasets/{dataset_id}/tags", {"name": f"spring-{dataset_id}"})
    tell = message_of

    def broken(fact: Recorded, *about: str) -> WebhookMessage | None:
        if fact.stream == "dataset-cookies":
            raise ValueError("a mistake of ours")
        return tell(fact, *about)

    monkeypatch.setattr(webhooks, "message_of", broken)
    with pytest.raises(ExceptionGroup, match="could not be told"):
        queue_messages(platform())
    monkeypatch.undo()
    deliver(platform(), ("cookies", reply.json["id"]), receiver, clock)
    assert tags_of(receiver) == ["spring-tiles"]
    send(reply.json["id"], receiver, clock)
    assert tags_of(receiver) == ["spring-tiles", "spring-cookies"]


def test_a_run_that_is_tried_again_has_not_ended(
    api: Api, labelled: list[str], receiver: Receiver, clock: ShiftedClock
) -> None:
    reply = added(api, "run.ended")
    asked = api.post("/v1/runs", {"dataset_id": "cookies"})
    run_id, by = asked.json["id"], Context(actor="trainer")
    identity = Identity(code_digest="1f", weights_digest="3d", libraries={}, threads=2, hardware="2 cores")
    platform().commands.execute(run, run_id, StartRun(attempt=1, identity=identity), by=by)
    platform().commands.execute(run, run_id, FailRun(attempt=1, reason="no memory"), by=by)
    api.catch_up()
    assert send(reply.json["id"], receiver, clock) == 0
    platform().commands.execute(run, run_id, StartRun(attempt=2, identity=identity), by=by)
    platform().commands.execute(run, run_id, FailRun(attempt=2, reason="no memory", final=True), by=by)
    api.catch_up()
    assert send(reply.json["id"], receiver, clock) == 1
    assert receiver.taken[0]["data"]["outcome"] == "failed"


def test_a_message_that_nobody_takes_is_parked_after_hours_and_the_next_one_goes_on(
    api: Api, labelled: list[str], receiver: Receiver, clock: ShiftedClock
) -> None:
    reply = added(api, "version.tagged")
    id = reply.json["id"]
    tag(api, "first", "second")
    receiver.answers = iter([BROKEN] * (len(PAUSES) + 1))
    for pause in PAUSES:
        assert send(id, receiver, clock) == 0
        clock.ahead += pause / 2
        assert send(id, receiver, clock) == 0, "it waits, and the one behind it too"
        clock.ahead += pause / 2
    assert timedelta(hours=17) < clock.ahead < timedelta(hours=24)
    send(id, receiver, clock)
    second, first = deliveries(api, id)
    assert (first["state"], first["attempts"], first["answer"]) == ("parked", len(PAUSES) + 1, BROKEN.text)
    assert send(id, receiver, clock) == 1
    assert tags_of(receiver) == ["second"]
    [shown] = api.get(WEBHOOKS).json["webhooks"]
    assert (shown["parked"], shown["waiting"]) == (1, 0)
    assert api.post(f"{WEBHOOKS}/{id}/deliveries/{first['delivery_id']}/retry", None).status == 202
    assert send(id, receiver, clock) == 1
    assert tags_of(receiver) == ["second", "first"]
    again = api.post(f"{WEBHOOKS}/{id}/deliveries/{second['delivery_id']}/retry", None)
    assert (again.status, again.json["code"]) == (409, "DeliveredAlready")
    assert api.post(f"{WEBHOOKS}/{id}/deliveries/{second['delivery_id'] + 1}/retry", None).status == 404


def test_a_process_that_ends_before_it_noted_the_answer_sends_that_message_again_only(
    api: Api, labelled: list[str], receiver: Receiver, clock: ShiftedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = added(api, "version.tagged")
    tag(api, "a", "b", "c")
    noted = notes.delivered

    def dies_at_b(*given: object) -> None:
        if len(receiver.taken) == 2:
            raise KeyboardInterrupt
        noted(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        dying.setattr(notes, "delivered", dies_at_b)
        send(reply.json["id"], receiver, clock)
    assert send(reply.json["id"], receiver, clock) == 2
    assert tags_of(receiver) == ["a", "b", "b", "c"]
    ids = [headers["webhook-id"] for headers, _ in receiver.seen]
    assert ids[1] == ids[2], "the receiver knows it by its id"


def test_a_test_message_is_sent_and_listed(
    api: Api, labelled: list[str], receiver: Receiver, clock: ShiftedClock
) -> None:
    reply = added(api, "run.ended")
    id = reply.json["id"]
    queued = api.post(f"{WEBHOOKS}/{id}/tests", None)
    assert queued.status == 202
    assert send(id, receiver, clock) == 1
    [shown] = deliveries(api, id)
    assert (shown["type"], shown["state"], shown["answer"]) == ("webhook.test", "delivered", "200 OK")
    assert shown["message_id"] == queued.json["message_id"]
    assert api.post(f"{WEBHOOKS}/none/tests", None).status == 404


def test_a_webhook_that_is_off_gets_nothing_of_that_time(
    api: Api, labelled: list[str], receiver: Receiver, clock: ShiftedClock
) -> None:
    reply = added(api, "version.tagged")
    id = reply.json["id"]
    api.post(f"{WEBHOOKS}/{id}", {"is_on": False}, method="PUT")
    tag(api, "unheard")
    assert send(id, receiver, clock) == 0
    api.post(f"{WEBHOOKS}/{id}", {"is_on": True}, method="PUT")
    tag(api, "heard")
    send(id, receiver, clock)
    assert tags_of(receiver) == ["heard"]


def test_a_removed_webhook_is_forgotten(
    api: Api, labelled: list[str], receiver: Receiver, clock: ShiftedClock
) -> None:
    id = added(api, "version.tagged").json["id"]
    tag(api, "waits")
    queue_messages(platform())
    assert api.post(f"{WEBHOOKS}/{id}/removal", {"reason": "out of use"}).status == 201
    assert deliver(platform(), ("cookies", id), receiver, clock) == 0
    assert api.get(f"{WEBHOOKS}/{id}/deliveries").status == 404
    assert api.get(WEBHOOKS).json["webhooks"] == []
    assert api.get("/v1/projects/none/webhooks").status == 404


def test_the_secret_is_shown_once_and_stands_in_no_event(api: Api, labelled: list[str]) -> None:
    body = {"address": "https://mes.example.com/kenpin", "types": ["run.ended"]}
    reply = api.post(WEBHOOKS, body, idempotency_key="one")
    secret = reply.json["secret"]
    assert secret.startswith("whsec_") and len(secret) == len("whsec_") + 44
    assert api.post(WEBHOOKS, body, idempotency_key="one").json == reply.json, "the answer was lost"
    assert added(api, "run.ended").json["secret"] != secret
    shown = json.dumps([api.get(WEBHOOKS).json, api.get("/v1/streams/project-cookies/commits").json])
    assert "mes.example.com" in shown
    assert "whsec_" not in shown and secret.removeprefix("whsec_") not in shown


def test_every_type_is_told() -> None:
    assert set(TYPES.values()) | {"intake.rejected", VERDICTS} == set(get_args(WebhookType))


def test_a_rejected_arrival_is_told_once_to_the_webhooks_of_its_project(
    api: Api, labelled: list[str], receiver: Receiver, clock: ShiftedClock
) -> None:
    api.write("/v1/projects", {"project_id": "breads", "name": "Breads"})
    other = {"address": "https://mes.example.com/kenpin", "types": ["intake.rejected"]}
    api.post("/v1/projects/breads/webhooks", other)
    rejected_before = captured("cookies", "d" * 64, "L1")
    api.post("/v1/intake", [rejected_before])
    id = added(api, "intake.rejected").json["id"]
    event = captured("cookies", "e" * 64, "L1")
    for _ in range(2):
        assert "'rejected'" in str(api.post("/v1/intake", [event]).json)
        queue_rejected(platform())
    assert queue_rejected(platform()) == 0
    assert send(id, receiver, clock) == 1
    [message] = receiver.taken
    assert message["type"] == "intake.rejected"
    told = {"project_id": "cookies", "dataset_id": "cookies", "source": "/cookies", "id": event["id"]}
    assert message["data"].items() >= told.items()
    assert "have not arrived" in message["data"]["reason"]


def test_on_aws_no_webhook_is_added_as_nothing_leads_to_the_internet() -> None:
    with pytest.raises(WebhooksNeedOneMachine):
        wire(Settings(base="aws")).webhook_key()
