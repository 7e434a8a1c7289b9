"""Results of a machine vision server of OPC 40100-1: each that holds or names a picture becomes a message."""

import asyncio
import base64
import json
import logging
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from asyncua.client.client import Client
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256
from asyncua.crypto.uacrypto import load_certificate
from asyncua.ua.uaerrors import UaError
from cryptography.x509 import (
    Certificate,
    ExtensionNotFound,
    SubjectAlternativeName,
    UniformResourceIdentifier,
)

from kenpin_edge import rejected
from kenpin_edge.capture import CaptureProblem
from kenpin_edge.config import OpcUaSignIn, Station
from kenpin_edge.message import MOST_MESSAGE, TYPE, message_in
from kenpin_edge.sampling import take
from kenpin_edge.spool import Spool

NAMESPACE: Final = "http://opcfoundation.org/UA/MachineVision"
EVENT: Final = "ResultReadyEventType"
MAPPED: Final = {
    "product": "ProductId",
    "recipe": "InternalRecipeId",
    "part": "PartId",
    "session": "JobId",
}
"""Capture conditions and the fields of a result that they come from"""
SIMULATED: Final = "simulated"
TICK_S: Final = 0.25
AGAIN_S: Final = 5.0
log = logging.getLogger("kenpin-edge")


class OpcUaDoor:
    """The connection to the server of one station."""

    def __init__(self, station: Station, spool: Spool) -> None:
        self._station, self._spool = station, spool
        self._trouble = f"trouble {station.source}"

    def run(self, stop: threading.Event) -> None:
        """Listen until stopped; connect again after each failure."""
        while not stop.is_set():
            try:
                asyncio.run(self._listen(stop))
            except (OSError, UaError, ValueError, TimeoutError) as error:
                why = str(error) or type(error).__name__
                log.warning("%s: %s; trying again", self._station.endpoint, why)
                self._spool.note(self._trouble, why)
                stop.wait(AGAIN_S)

    async def _listen(self, stop: threading.Event) -> None:
        async with await client_of(self._station) as client:
            space = await client.get_namespace_index(NAMESPACE)
            await client.load_data_type_definitions()
            kind = await client.nodes.base_event_type.get_child([f"{space}:{EVENT}"])
            subscription = await client.create_subscription(100, self)
            await subscription.subscribe_events(evtypes=kind)
            self._spool.note(self._trouble, "")
            while not stop.is_set():
                await asyncio.sleep(TICK_S)
                await client.check_connection()
                self._retry()

    def event_notification(self, event: object) -> None:
        """Take a result. One of a simulation never enters a dataset; it is counted."""
        result = vars(event)
        if result.get("IsPartial"):  # the whole one follows
            return
        if result.get("IsSimulated"):
            self._spool.count(self._station.source, SIMULATED)
            return
        self._keep(json.dumps(event_of(self._station.endpoint, result)).encode())

    def _keep(self, payload: bytes) -> bool:
        """Add a picture to the spool, or keep the result as rejected; return whether it is good."""
        try:
            message = message_in(self._station, payload, {})
        except CaptureProblem as problem:
            log.warning("%s: %s", self._station.endpoint, problem)
            rejected.keep(self._spool, self._station.endpoint, payload[: MOST_MESSAGE + 1], str(problem))
            return False
        take(self._spool, self._station, message.id, message.name, message.picture, message.capture)
        return True

    def _retry(self) -> None:
        for message in rejected.to_retry(self._spool, self._station.endpoint):
            if self._keep(message.payload):
                rejected.forget(self._spool, message.key)


async def client_of(station: Station) -> Client:
    """Return the client of a station's server. Raises OSError for a file that cannot be read."""
    client, sign_in = Client(station.endpoint, timeout=10), station.sign_in or OpcUaSignIn()
    if sign_in.username:
        client.set_user(sign_in.username)
        if sign_in.password_file:
            client.set_password(sign_in.password_file.read_text("utf-8").strip())
    if sign_in.certificate and sign_in.private_key and sign_in.server_certificate:
        client.application_uri = _application_of(await load_certificate(sign_in.certificate))
        await client.set_security(
            SecurityPolicyBasic256Sha256,
            certificate=sign_in.certificate,
            private_key=sign_in.private_key,
            server_certificate=str(sign_in.server_certificate),
        )
    return client


def _application_of(certificate: Certificate) -> str:
    """Return the URI of the application that a certificate names, as servers compare it. Raises ValueError."""
    try:
        names = certificate.extensions.get_extension_for_class(SubjectAlternativeName).value
        return names.get_values_for_type(UniformResourceIdentifier)[0]
    except (ExtensionNotFound, IndexError):
        raise ValueError("the certificate names no URI of an application (subjectAltName)") from None


def event_of(endpoint: str, result: Mapping[str, object]) -> dict[str, object]:
    """Return a result as an event. Its picture is the first bytes of ResultContent, or the file of the first text."""
    capture = {field: id for field, name in MAPPED.items() if (id := _id(result.get(name)))}
    created = result.get("CreationTime")
    if isinstance(created, datetime):
        utc = created if created.tzinfo else created.replace(tzinfo=UTC)
        capture["captured_at"] = utc.isoformat()
    head = {"specversion": "1.0", "type": TYPE, "source": endpoint, "id": _id(result.get("ResultId"))}
    content = _content(result.get("ResultContent"))
    if isinstance(content, bytes):
        return {**head, "data_base64": base64.b64encode(content).decode(), **capture}
    return {**head, "data": {"path": content, "capture": capture}}


def _id(value: object) -> str:
    """Return the id of a structure, such as PartIdDataType."""
    found = getattr(value, "Id", None) or getattr(value, "id", None)
    return str(found) if found else ""


def _content(value: object) -> bytes | str:
    items = value if isinstance(value, list) else [value]
    values = [getattr(item, "Value", item) for item in items]
    found = [each for kind in (bytes, str) for each in values if isinstance(each, kind)]
    return found[0] if found else ""
