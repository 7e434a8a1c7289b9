"""Messages of an MQTT broker: each is acknowledged once it is on this disk, so that none is lost on the way.

The session is persistent and the quality of service is 1: what is not acknowledged comes again.
"""

import logging
import threading
from collections.abc import Iterable
from typing import Final

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage, error_string
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from kenpin_edge import rejected, results
from kenpin_edge.capture import CaptureProblem
from kenpin_edge.config import Broker, Station
from kenpin_edge.message import MOST_MESSAGE, MOST_PICTURE, MessageProblem, message_in
from kenpin_edge.sampling import take
from kenpin_edge.spool import Spool, Uploaded
from kenpin_edge.topics import fields_of, subscription

TICK_S: Final = 0.25
AGAIN_S: Final = 5.0
KEEPALIVE_S: Final = 30
RESULTS_AT_ONCE: Final = 20
TROUBLE: Final = "trouble mqtt"
log = logging.getLogger("kenpin-edge")


class NoRoom(OSError):
    """The spool has no room for a picture: it waits at the broker."""

    def __init__(self) -> None:
        super().__init__("the spool is full; messages wait at the broker")


class MqttDoor:
    """The connection to one broker. One thread reads, writes the spool, and publishes results."""

    def __init__(self, broker: Broker, stations: Iterable[Station], spool: Spool) -> None:
        self._broker, self._spool = broker, spool
        self._stations = [station for station in stations if station.topic]
        self._full = False
        self._refused = ""
        self._in_flight: dict[int, int] = {}
        """Message id → key of the result"""

    def run(self, stop: threading.Event) -> None:
        """Listen until stopped; connect again after each failure."""
        while not stop.is_set():
            try:
                if not self._spool.has_room(MOST_PICTURE):
                    raise NoRoom
                self._listen(stop)
            except OSError as error:
                log.warning("MQTT: %s; trying again", error)
                self._spool.note(TROUBLE, str(error))
                stop.wait(AGAIN_S)

    def _listen(self, stop: threading.Event) -> None:
        """Be connected until stopped. Raises OSError."""
        client = self._client()
        self._full, self._refused, self._in_flight = False, "", {}
        client.connect(self._broker.host, self._broker.port, KEEPALIVE_S)
        try:
            while not stop.is_set():
                if (code := client.loop(TICK_S)) != MQTTErrorCode.MQTT_ERR_SUCCESS:
                    raise OSError(self._refused or error_string(code))
                if self._full:
                    raise NoRoom
                if client.is_connected():
                    self._retry_messages()
                    self._publish_results(client)
        finally:
            client.disconnect()

    def _client(self) -> Client:
        broker = self._broker
        client = Client(
            CallbackAPIVersion.VERSION2,
            broker.client_id,
            clean_session=False,
            manual_ack=True,
            protocol=MQTTProtocolVersion.MQTTv311,
        )
        if broker.username:
            password = broker.password_file.read_text("utf-8").strip() if broker.password_file else None
            client.username_pw_set(broker.username, password)
        if broker.tls:
            client.tls_set(str(broker.ca_file) if broker.ca_file else None)
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        return client

    def _on_connect(
        self,
        client: Client,
        _: object,
        flags: ConnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._refused = f"the broker refuses the connection: {reason}"
        elif self._stations:
            client.subscribe([(subscription(station.topic), 1) for station in self._stations])
        else:
            self._spool.note(TROUBLE, "")

    def _on_subscribe(
        self, client: Client, _: object, mid: int, reasons: list[ReasonCode], properties: Properties | None
    ) -> None:
        refused = [
            station.topic
            for station, reason in zip(self._stations, reasons, strict=False)
            if reason.is_failure
        ]
        self._spool.note(TROUBLE, f"the broker refuses {', '.join(refused)}" if refused else "")

    def _on_message(self, client: Client, _: object, message: MQTTMessage) -> None:
        """Keep the message durably, then acknowledge it. One without room is not acknowledged."""
        if self._full:
            return
        try:
            self._keep(message.topic, bytes(message.payload))
        except NoRoom:
            self._full = True
        else:
            client.ack(message.mid, message.qos)

    def _keep(self, topic: str, payload: bytes) -> bool:
        """Add the picture of a message to the spool, or keep the message as rejected; return whether it is good.

        Raises NoRoom.
        """
        try:
            self._add(topic, payload)
        except CaptureProblem as problem:
            log.warning("%s: %s", topic, problem)
            rejected.keep(self._spool, topic, payload[: MOST_MESSAGE + 1], str(problem))
            return False
        return True

    def _add(self, topic: str, payload: bytes) -> None:
        for station in self._stations:
            if (over := fields_of(station.topic, topic)) is not None:
                break
        else:
            raise MessageProblem("no station of the configuration has this topic")
        message = message_in(station, payload, over)
        size = 0 if isinstance(message.picture, Uploaded) else len(message.picture)
        if not self._spool.has_room(size):
            raise NoRoom
        take(self._spool, station, message.id, message.name, message.picture, message.capture)

    def _retry_messages(self) -> None:
        for message in rejected.to_retry(self._spool):
            if self._keep(message.topic, message.payload):
                rejected.forget(self._spool, message.key)

    def _publish_results(self, client: Client) -> None:
        if self._in_flight:
            return
        for result in results.ready(self._spool, RESULTS_AT_ONCE):
            sent = client.publish(result.topic, result.body, qos=1)
            self._in_flight[sent.mid] = result.key

    def _on_publish(
        self, client: Client, _: object, mid: int, reason: ReasonCode, properties: Properties | None
    ) -> None:
        """The broker has a result."""
        if (key := self._in_flight.pop(mid, None)) is not None:
            results.mark_published(self._spool, key)
