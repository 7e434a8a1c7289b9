"""MQTT with Mosquitto: a message is acknowledged once it is on the agent's disk; results go back to the line."""

import gc
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from kenpin_edge.answers import AnswerPoll
from kenpin_edge.config import Broker, EdgeConfig, Station
from kenpin_edge.mqtt import MqttDoor
from kenpin_edge.send import Sender
from kenpin_edge.spool import Spool
from kenpin_edge.status import status_of
from tests.contracts.tls_relay import Authority
from tests.edge.mosquitto import Mosquitto
from tests.edge.platform_stub import PlatformStub
from tests.edge.test_folder import until
from tests.edge.test_message import INLINE, TOPIC, event
from tests.edge.test_send import arrived
from tests.host.running import CHECKOUT

CAMERA = "acme/nagoya/a1/L7/cam-2/picture"
CONTRACT = CHECKOUT / "events/answers/image-answered.v1.schema.json"
ANSWER = Draft202012Validator(json.loads(CONTRACT.read_text("utf-8")))


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    folder = tmp_path / "broker"
    folder.mkdir()
    mosquitto = Mosquitto(folder)
    mosquitto.start()
    yield mosquitto
    mosquitto.kill()


@pytest.fixture
def broker(mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch) -> Broker:
    monkeypatch.setattr("kenpin_edge.mqtt.AGAIN_S", 0.3)
    return Broker("127.0.0.1", "edge-1", mosquitto.port, tls=False)


@pytest.fixture
def line(station: Station) -> Station:
    return replace(station, topic=TOPIC, capture={}, results="acme/{line}/{station}/verdict", late_seconds=60)


@pytest.fixture
def publish(mosquitto: Mosquitto) -> Iterator[Callable[[object], None]]:
    """A camera: it returns once the broker has its message."""
    client = Client(CallbackAPIVersion.VERSION2, "camera", clean_session=False)
    client.reconnect_delay_set(1, 1)
    client.connect("127.0.0.1", mosquitto.port)
    client.loop_start()

    def send(body: object) -> None:
        sent = client.publish(CAMERA, json.dumps(body), qos=1)
        sent.wait_for_publish(30)
        assert sent.is_published()

    yield send
    client.disconnect()
    client.loop_stop()


@contextmanager
def running(work: Callable[[threading.Event], None]) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def is_subscribed(spool: Spool) -> bool:
    return spool.rows("select value from note where key = 'trouble mqtt'") != []


def ids(spool: Spool) -> list[str]:
    return [row["id"] for row in spool.rows("select id from picture order by key")]


def test_pictures_of_messages_become_images(
    broker: Broker,
    line: Station,
    spool: Spool,
    config: EdgeConfig,
    platform_stub: PlatformStub,
    publish: Callable[[object], None],
) -> None:
    uploaded = sha256(b"uploaded").hexdigest()
    platform_stub.stored[uploaded] = b"uploaded"
    (line.folder / "a.png").write_bytes(b"file")
    with running(MqttDoor(broker, [line], spool).run):
        until(lambda: is_subscribed(spool))
        data: list[dict[str, object]] = [INLINE, {"data": {"path": "a.png"}}, {"data": {"digest": uploaded}}]
        for n, each in enumerate(data):
            publish(event(id=str(n)) | each)
            publish(event(id=str(n)) | each)  # the camera did not hear that the broker has it
        publish(event(**INLINE) | {"id": "last"})
        until(lambda: "/plc/7 last" in ids(spool))
    with closing(Sender(replace(config, stations={line.source: line}), spool)) as sender:
        sender.send_some()
    bodies = (b"picture", b"file", b"uploaded", b"picture")
    assert [each["data"]["digest"] for each in platform_stub.events] == [
        sha256(body).hexdigest() for body in bodies
    ]
    assert all(each["data"]["capture"] == {"line": "L7", "station": "cam-2"} for each in platform_stub.events)


def test_a_malformed_message_is_shown_and_can_be_retried(
    broker: Broker, line: Station, spool: Spool, publish: Callable[[object], None]
) -> None:
    door = MqttDoor(broker, [line], spool)
    with running(door.run):
        until(lambda: is_subscribed(spool))
        for body in ("nonsense", "nonsense", event(data={"path": "late.png"})):
            publish(body)
        until(lambda: status_of(spool).rejected == 2)
        first, second = status_of(spool).rejections
        assert first.startswith(f"{CAMERA}: it is no CloudEvent 1.0")
        assert "late.png cannot be read" in second
        (line.folder / "late.png").write_bytes(b"file")
        assert spool.retry() == 2
        until(lambda: ids(spool) == ["/plc/7 42"])
        until(lambda: status_of(spool).rejected == 1)
        until(lambda: spool.rows("select again from message")[0]["again"] == 0)
        assert spool.dismiss() == 1
        assert status_of(spool).rejected == 0


def test_a_message_stays_at_the_broker_until_it_is_on_the_disk(
    mosquitto: Mosquitto, broker: Broker, line: Station, spool: Spool, publish: Callable[[object], None]
) -> None:
    """Neither a full spool nor a broker whose power is lost loses a message."""
    with running(MqttDoor(broker, [line], spool).run):
        until(lambda: is_subscribed(spool))
        publish(event(**INLINE))
        until(lambda: len(ids(spool)) == 1)
        spool.quota_bytes = 10
        for n in range(30):
            publish(event(**INLINE) | {"id": f"later-{n}"})
        until(lambda: "the spool is full; messages wait at the broker" in status_of(spool).trouble[0])
        until(lambda: b"later-29" in mosquitto.store.read_bytes())
        mosquitto.kill()
        assert len(ids(spool)) == 1
        spool.quota_bytes = 10_000_000
        until(lambda: "refused" in status_of(spool).trouble[0])
        mosquitto.start()
        until(lambda: len(ids(spool)) == 31)
        until(lambda: status_of(spool).trouble == [])
    assert set(ids(spool)[1:]) == {f"/plc/7 later-{n}" for n in range(30)}


def test_an_agent_that_is_killed_takes_every_message(
    mosquitto: Mosquitto,
    config: EdgeConfig,
    spool: Spool,
    tmp_path: Path,
    platform_stub: PlatformStub,
    publish: Callable[[object], None],
) -> None:
    file = tmp_path / "edge.toml"
    file.write_text(
        f"""address = "{config.address}"
        token_file = "token"
        spool = "spool"
        status_port = 0
        mqtt = {{ host = "127.0.0.1", client_id = "edge-1", port = {mosquitto.port}, tls = false }}
        [[stations]]
        source = "/lines/1"
        dataset = "parts"
        topic = "{TOPIC}"
        """
    )
    sent = 0
    for wanted in (1, 40, 80, 120):
        with subprocess.Popen([sys.executable, "-m", "kenpin_edge", "run", "--config", str(file)]) as agent:
            until(lambda: is_subscribed(spool))
            while sent < wanted + (20 if wanted < 120 else 0):
                publish(event(**INLINE) | {"id": str(sent)})
                sent += 1
            until(lambda: len(arrived(platform_stub)) >= wanted)  # noqa: B023
            os.kill(agent.pid, signal.SIGTERM if wanted == 120 else signal.SIGKILL)
    assert agent.returncode == 0
    assert arrived(platform_stub) == {("/lines/1", f"/plc/7 {n}") for n in range(sent)}


def test_results_go_out_once_the_platform_has_them(
    mosquitto: Mosquitto,
    broker: Broker,
    line: Station,
    spool: Spool,
    config: EdgeConfig,
    platform_stub: PlatformStub,
    publish: Callable[[object], None],
) -> None:
    config = replace(config, stations={line.source: line})
    refused = sha256(b"none").hexdigest()
    platform_stub.refused[refused] = "the bytes cannot be read as an image"
    answer = {"verdict": "NG", "score": 0.93, "threshold": 0.4, "model_id": "model-1"}
    heard: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
    with (
        plc(mosquitto, heard),
        running(MqttDoor(broker, [line], spool).run),
        closing(Sender(config, spool)) as sender,
        closing(AnswerPoll(config, spool)) as answers,
    ):
        until(lambda: is_subscribed(spool))
        publish(event(**INLINE) | {"id": "good"})
        publish(event(data_base64="bm9uZQ==") | {"id": "none"})
        publish(event(**INLINE) | {"id": "slow"})
        until(lambda: len(ids(spool)) == 3)
        sender.send_some()
        answers.look()
        assert hear(heard) == {"id": "none", "state": "rejected", "why": platform_stub.refused[refused]}
        platform_stub.answers["/plc/7 slow"] = {"state": "waiting"}
        platform_stub.answers["/plc/7 good"] = {"state": "answered", "other": 1} | answer
        platform_stub.faults = [("answers", 503, "")]
        answers.look()
        answers.look()
        assert hear(heard) == {"id": "good", "state": "answered"} | answer
        mosquitto.kill()
        spool.write("update result set asked_at = asked_at - 100")
        answers.look()
        mosquitto.start()
        assert hear(heard, late=True) == {"id": "slow", "state": "late"}
        platform_stub.answers["/plc/7 slow"] = {"state": "answered"} | answer
        until(lambda: not spool.rows("select 1 from result where state <> 'published'"))
        answers.look()
    assert heard.empty()


@contextmanager
def plc(mosquitto: Mosquitto, heard: "queue.Queue[tuple[str, dict[str, Any]]]") -> Iterator[None]:
    """A program of the line that waits for verdicts. It passes over one that comes twice."""
    known: set[str] = set()

    def on_message(_: Client, data: object, message: MQTTMessage) -> None:
        result = json.loads(message.payload)
        if result["id"] not in known:
            heard.put((message.topic, result))
        known.add(result["id"])

    client = Client(CallbackAPIVersion.VERSION2, "plc", clean_session=False)
    client.reconnect_delay_set(1, 1)
    client.on_message = on_message
    client.connect("127.0.0.1", mosquitto.port)
    client.subscribe("acme/+/+/verdict", 1)
    client.loop_start()
    yield
    client.disconnect()
    client.loop_stop()


def hear(heard: "queue.Queue[tuple[str, dict[str, Any]]]", *, late: bool = False) -> dict[str, Any]:
    """Return the data of the next result, without what all have."""
    topic, result = heard.get(timeout=30)
    assert topic == "acme/L7/cam-2/verdict"
    ANSWER.validate(result)
    assert result["source"] == "/lines/1"
    data: dict[str, Any] = result["data"]
    assert (data.pop("source"), data.pop("late")) == ("/plc/7", late)
    return data


@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
def test_the_connection_is_encrypted_and_signed_in(
    tmp_path: Path, line: Station, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kenpin_edge.mqtt.AGAIN_S", 0.3)
    authority = Authority(tmp_path)
    authority.certificate("localhost")
    mosquitto = Mosquitto(tmp_path, certificate=tmp_path / "localhost.pem", person="edge:secret")
    mosquitto.start()
    (tmp_path / "password").write_text("wrong\n")
    broker = Broker(
        "localhost", "edge-1", mosquitto.port, username="edge", password_file=tmp_path / "password"
    )
    try:
        with running(MqttDoor(broker, [line], spool).run):
            until(lambda: "CERTIFICATE_VERIFY_FAILED" in spool.noted("trouble mqtt"))
        gc.collect()  # paho leaves the socket of a failed handshake to the collector
        with running(MqttDoor(replace(broker, ca_file=authority.root_file), [line], spool).run):
            until(lambda: "the broker refuses the connection: Not authorized" in spool.noted("trouble mqtt"))
            (tmp_path / "password").write_text("secret\n")
            until(lambda: status_of(spool).trouble == [])
    finally:
        mosquitto.kill()
