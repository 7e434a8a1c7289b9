"""The process that sends webhooks, against a real receiver that fails, waits or leads elsewhere."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pydantic import TypeAdapter
from standardwebhooks import Webhook

from host import webhook_post, webhooks
from host.webhook_post import NotAllowed, checked, post
from host.webhooks import WebhookSender
from kenpin.application.webhooks import deliver, queue_messages
from kenpin.bootstrap import platform
from kenpin.domain.webhook import WebhookAddress
from tests.functions.conftest import Api
from tests.functions.test_webhooks import WEBHOOKS, ShiftedClock, deliveries, tag

Answer = Callable[[], int]


class FactoryServer(ThreadingHTTPServer):
    """A receiver on this machine: `answer` gives the status of each request."""

    daemon_threads = True

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.asked = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/kenpin?line=1"

    def tags(self) -> list[str]:
        return [json.loads(body)["data"]["name"] for _, body in self.taken]


class Handler(BaseHTTPRequestHandler):
    server: FactoryServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.asked += 1
        status = self.server.answer()
        if status < 300:
            self.server.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(status)
        if status == 302:
            self.send_header("location", "http://169.254.169.254/latest/meta-data")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def receiver(answer: Answer = lambda: 200) -> Iterator[FactoryServer]:
    with FactoryServer(answer) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def added(api: Api, address: str) -> tuple[str, str]:
    reply = api.post(WEBHOOKS, {"address": address, "types": ["version.tagged"]})
    assert reply.status == 201
    return reply.json["id"], reply.json["secret"]


def wait_until(is_so: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)


def test_a_receiver_that_fails_half_of_the_time_gets_all_in_order(api: Api, labelled: list[str]) -> None:
    draw, clock = random.Random(15), ShiftedClock()
    names = [f"v{n}" for n in range(12)]
    with receiver(lambda: draw.choice((200, 204, 500, 302))) as server:
        id, secret = added(api, server.address)
        tag(api, *names)
        queue_messages(platform())
        for _ in range(100):
            deliver(platform(), ("cookies", id), post, clock)
            clock.ahead += timedelta(hours=11)
        assert server.tags() == names
        assert server.asked > len(names)
    headers, body = server.taken[0]
    sent_at = int(headers["webhook-timestamp"])
    assert abs(sent_at - time.time()) < 60
    assert Webhook(secret).verify(body, headers)["data"]["name"] == "v0"


@contextmanager
def process() -> Iterator[subprocess.Popen[bytes]]:
    started = subprocess.Popen([sys.executable, "-m", "host.webhooks"], stdin=subprocess.PIPE)
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def test_a_process_that_is_killed_repeats_at_most_the_message_it_was_sending(
    api: Api, labelled: list[str]
) -> None:
    names = [f"v{n}" for n in range(6)]
    stuck = threading.Event()

    def hangs_at_the_fourth() -> int:
        if server.asked == 4:
            stuck.wait(20)
        return 200

    with receiver(hangs_at_the_fourth) as server:
        id, _ = added(api, server.address)
        tag(api, *names)
        with process():
            wait_until(lambda: server.asked == 4)
        stuck.set()
        wait_until(lambda: len(server.taken) == 4)
        with process():
            wait_until(lambda: {each["state"] for each in deliveries(api, id)} == {"delivered"})
        assert server.tags() == [*names[:4], *names[3:]]


def test_a_slow_receiver_keeps_no_other_waiting(
    api: Api, labelled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_post, "TIMEOUT_S", 1.0)
    freed = threading.Event()
    with receiver(lambda: 200 if freed.wait(10) else 500) as slow, receiver() as quick:
        slow_id, _ = added(api, slow.address)
        added(api, quick.address)
        sender = WebhookSender(platform())
        tag(api, "a", "b")
        queue_messages(platform())
        sender.send_due()
        wait_until(lambda: quick.tags() == ["a", "b"], 0.9)
        wait_until(lambda: "ReadTimeout" in {each["answer"] for each in deliveries(api, slow_id)})
        freed.set()
        sender.close()
    _, first = deliveries(api, slow_id)
    assert (first["state"], first["attempts"]) == ("waiting", 1)


def test_an_event_that_cannot_be_told_keeps_no_message_from_being_sent(
    api: Api, labelled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver() as server:
        added(api, server.address)
        tag(api, "a")
        queue_messages(platform())
        monkeypatch.setattr(webhooks, "queue_messages", lambda _: 1 / 0)
        sender = WebhookSender(platform())
        sender.look()
        sender.close()
        assert server.tags() == ["a"]


def test_a_redirect_is_not_followed() -> None:
    with receiver(lambda: 302) as server:
        answer = post(server.address, {}, b"{}")
    assert (answer.is_taken, answer.text) == (False, "302 Found")


def test_an_address_that_nobody_answers_is_said(unused_port: int) -> None:
    assert post(f"http://127.0.0.1:{unused_port}/", {}, b"{}").text == "ConnectError"
    assert post("http://nowhere.invalid/", {}, b"{}").text == "nowhere.invalid has no address"


@pytest.fixture
def unused_port() -> int:
    with FactoryServer(lambda: 200) as server:
        return server.server_port


@pytest.mark.parametrize(
    ("ip", "scheme", "is_allowed"),
    [
        ("127.0.0.1", "http", True),
        ("192.168.1.20", "http", True),
        ("fd00::1", "http", True),
        ("8.8.8.8", "https", True),
        ("8.8.8.8", "http", False),
        ("169.254.169.254", "http", False),
        ("::ffff:169.254.169.254", "https", False),
        ("fe80::1", "https", False),
        ("0.0.0.0", "http", False),
        ("224.0.0.1", "http", False),
    ],
)
def test_link_local_addresses_get_nothing_and_http_stays_in_the_factory(
    ip: str, scheme: str, is_allowed: bool
) -> None:
    host = f"[{ip}]" if ":" in ip else ip
    address = f"{scheme}://{host}/kenpin"
    for check, error in ((checked, NotAllowed), (TypeAdapter(WebhookAddress).validate_python, ValueError)):
        with nullcontext() if is_allowed else pytest.raises(error, match=r"no messages are sent|use https"):
            check(address)
