"""OPC UA with a server of the tests: results of machine vision become pictures; simulated ones never do."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asyncua import ua
from asyncua.common.structures104 import new_struct, new_struct_field
from asyncua.crypto.cert_gen import setup_self_signed_certificate
from asyncua.crypto.permission_rules import User, UserRole
from asyncua.server.server import Server
from asyncua.server.user_managers import UserManager
from cryptography.x509.oid import ExtendedKeyUsageOID

from kenpin_edge.config import OpcUaSignIn, Station
from kenpin_edge.opcua import EVENT, NAMESPACE, OpcUaDoor
from kenpin_edge.spool import Spool
from kenpin_edge.status import status_of
from tests.edge.test_folder import until
from tests.edge.test_mqtt import running
from tests.host.running import free_port

CREATED = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
IDS = {"ResultId": "R1", "JobId": "J1", "PartId": "P1", "ProductId": "PR1", "InternalRecipeId": "RE1"}


class People(UserManager):
    """One person may come in."""

    def get_user(
        self,
        iserver: object,
        username: str | None = None,
        password: str | None = None,
        certificate: object = None,
    ) -> User | None:
        return User(role=UserRole.User) if (username, password) == ("edge", "secret") else None


async def certify(folder: Path, name: str) -> None:
    """Write a certificate and its key."""
    made = folder / f"{name}-key.pem", folder / f"{name}.der"
    usage = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
    await setup_self_signed_certificate(*made, f"urn:{name}", "localhost", usage, {"commonName": name})


class VisionServer:
    """A machine vision server that runs on a loop of its own."""

    def __init__(self, keys: Path | None = None) -> None:
        """`keys`: the folder of its certificate; with it, only people of `People` come in, and encrypted."""
        self._keys = keys
        self.endpoint = f"opc.tcp://127.0.0.1:{free_port()}/vision"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.start()

    def start(self) -> None:
        self._do(self._start())

    def stop(self) -> None:
        self._do(self._server.stop())

    def close(self) -> None:
        self._do(self._cancel())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def send(self, **fields: object) -> None:
        self._do(self._send(fields))

    def _do(self, work: Coroutine[None, None, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _cancel(self) -> None:
        """Cancel what asyncua leaves behind."""
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _start(self) -> None:
        self._server = Server(user_manager=People() if self._keys else None)
        await self._server.init()
        self._server.set_endpoint(self.endpoint)
        if self._keys:
            self._server.set_security_policy([ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt])
            await self._server.load_certificate(self._keys / "vision.der")
            await self._server.load_private_key(self._keys / "vision-key.pem")
        space = await self._server.register_namespace(NAMESPACE)
        for name in IDS:
            await new_struct(
                self._server, space, f"{name}DataType", [new_struct_field("Id", ua.VariantType.String)]
            )
        await self._server.load_data_type_definitions()
        fields: dict[str, object] = {name: getattr(ua, f"{name}DataType")() for name in IDS}
        fields |= {"IsSimulated": False, "IsPartial": False, "CreationTime": CREATED}
        kind = await self._server.nodes.base_event_type.add_object_type(space, EVENT)
        for name, value in fields.items():
            await kind.add_property(space, name, value)
        empty = ua.Variant([], ua.VariantType.Variant, is_array=True)
        await kind.add_property(
            space, "ResultContent", empty, datatype=self._server.nodes.base_data_type.nodeid
        )
        self._events = await self._server.get_event_generator(kind)
        await self._server.start()

    async def _send(self, given: dict[str, object]) -> None:
        event = self._events.event
        for name, id in IDS.items():
            setattr(event, name, getattr(ua, f"{name}DataType")(Id=str(given.get(name, id))))
        event.CreationTime = CREATED
        event.IsSimulated, event.IsPartial = given.get("IsSimulated", False), given.get("IsPartial", False)
        event.ResultContent = [ua.Variant(given["ResultContent"])]
        await self._events.trigger()


@pytest.fixture
def vision() -> Iterator[VisionServer]:
    server = VisionServer()
    yield server
    server.stop()
    server.close()


def test_results_become_pictures_and_simulated_ones_do_not(
    vision: VisionServer, station: Station, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kenpin_edge.opcua.AGAIN_S", 0.3)
    station = replace(station, endpoint=vision.endpoint, capture={"line": "L1"})
    trouble = "select value from note where key = 'trouble /lines/1'"
    (station.folder / "a.png").write_bytes(b"file")
    with running(OpcUaDoor(station, spool).run):
        until(lambda: bool(spool.rows(trouble)))
        vision.send(ResultContent=b"picture", IsSimulated=True)
        vision.send(ResultContent=b"picture", IsPartial=True)
        vision.send(ResultContent=b"picture")
        vision.send(ResultId="R2", ResultContent="a.png")
        vision.send(ResultId="R3", ResultContent="late.png")
        until(lambda: status_of(spool).rejected == 1)
        assert "late.png cannot be read" in status_of(spool).rejections[0]
        (station.folder / "late.png").write_bytes(b"late")
        spool.retry()
        until(lambda: len(spool.next(9)) == 3)
        vision.stop()
        until(lambda: spool.rows(trouble)[0][0] != "")
        vision.start()
        until(lambda: spool.rows(trouble)[0][0] == "")
        vision.send(ResultId="R4", ResultContent=b"again")
        until(lambda: len(spool.next(9)) == 4)
    assert [item.id for item in spool.next(9)] == [f"{vision.endpoint} R{n}" for n in (1, 2, 3, 4)]
    conditions = {"product": "PR1", "recipe": "RE1", "part": "P1", "session": "J1", "line": "L1"}
    assert {**conditions, "captured_at": CREATED.isoformat()} == spool.next(1)[0].capture
    assert spool.drops() == {"/lines/1": 1}


def test_the_agent_signs_in_to_an_encrypted_server(
    tmp_path: Path, station: Station, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kenpin_edge.opcua.AGAIN_S", 0.3)
    for name in ("edge", "vision", "other"):
        asyncio.run(certify(tmp_path, name))
    (password := tmp_path / "password").write_text("wrong\n")
    sign_in = OpcUaSignIn(
        "edge", password, *(tmp_path / name for name in ("edge.der", "edge-key.pem", "vision.der"))
    )
    vision = VisionServer(tmp_path)
    station = replace(station, endpoint=vision.endpoint, sign_in=sign_in)
    other = replace(sign_in, server_certificate=tmp_path / "other.der")
    trouble = f"trouble {station.source}"
    try:
        for wrong in (None, other, sign_in):
            spool.note(trouble, "")
            with running(OpcUaDoor(replace(station, sign_in=wrong), spool).run):
                until(lambda: spool.noted(trouble) != "")
        assert "BadUserAccessDenied" in spool.noted(trouble)
        password.write_text("secret\n")
        with running(OpcUaDoor(station, spool).run):
            until(lambda: spool.noted(trouble) == "")
            vision.send(ResultContent=b"picture")
            until(lambda: len(spool.next(9)) == 1)
    finally:
        vision.stop()
        vision.close()
