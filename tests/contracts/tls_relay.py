"""PostgreSQL behind TLS, as RDS Proxy is: a relay with a certificate that can swallow packets and fail over."""

import asyncio
import ctypes
import socket
import ssl
import struct
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

T = TypeVar("T")
SSL_REQUEST: Final = struct.pack("!II", 8, 80877103)
SO_ATTACH_FILTER: Final = 26
DROP_ALL: Final = struct.pack("HBBI", 0x06, 0, 0, 0)
"""A packet filter of one instruction, which keeps no byte: the kernel answers nothing, not even with an ACK."""


class TlsRelay:
    """Takes connections with TLS at a port of localhost and passes them on to a server's socket."""

    def __init__(self, server_socket: str, certificate: ssl.SSLContext) -> None:
        self.accepted = 0
        """Connections with TLS."""
        self.received = 0
        """Bytes from clients, without TLS."""
        self._server_socket, self._certificate = server_socket, certificate
        self._clients: list[socket.socket] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._relay, "127.0.0.1", 0))
        self.port: int = self._server.sockets[0].getsockname()[1]

    def swallow(self) -> None:
        """Lose every packet of the connections that are open; new connections work."""
        for client in self._clients:
            program = ctypes.create_string_buffer(DROP_ALL)
            option = struct.pack("HxxxxxxP", 1, ctypes.addressof(program))
            client.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, option)
        self._clients.clear()

    def close(self) -> None:
        self._do(_end(self._server))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _relay(self, client: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            async with _aborted_at_end(answer):
                if await client.readexactly(len(SSL_REQUEST)) != SSL_REQUEST:
                    return  # as rds.force_ssl
                answer.write(b"S")
                await answer.start_tls(self._certificate)
                self.accepted += 1
                self._clients.append(answer.get_extra_info("socket")._sock)
                server, request = await asyncio.open_unix_connection(self._server_socket)
                async with _aborted_at_end(request):
                    answers = asyncio.create_task(_pass_on(server, answer))
                    async for data in _pieces(client):
                        self.received += len(data)
                        request.write(data)
                    answers.cancel()


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    async for data in _pieces(source):
        target.write(data)
    target.close()


async def _pieces(source: asyncio.StreamReader) -> AsyncIterator[bytes]:
    with suppress(OSError):
        while data := await source.read(65_536):
            yield data


@asynccontextmanager
async def _aborted_at_end(stream: asyncio.StreamWriter) -> AsyncIterator[None]:
    try:
        yield
    finally:
        stream.transport.abort()


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0.05)  # transports close in the rounds after


class Authority:
    """A certificate authority of the test, with its root in a file."""

    def __init__(self, folder: Path) -> None:
        self._key, self._folder = ec.generate_private_key(ec.SECP256R1()), folder
        self._name = f"Root {x509.random_serial_number()}"
        self._root = self._signed(self._key, self._name, is_authority=True)
        self.root_file = folder / "root.pem"
        self.root_file.write_bytes(self._root.public_bytes(serialization.Encoding.PEM))

    def certificate(self, name: str) -> ssl.SSLContext:
        """Return a server's TLS settings with a certificate for this host name."""
        key, file = ec.generate_private_key(ec.SECP256R1()), self._folder / f"{name}.pem"
        form = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        pem = key.private_bytes(serialization.Encoding.PEM, *form)
        file.write_bytes(pem + self._signed(key, name).public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _signed(
        self, key: ec.EllipticCurvePrivateKey, name: str, *, is_authority: bool = False
    ) -> x509.Certificate:
        now, common = datetime.now(UTC), x509.NameAttribute(NameOID.COMMON_NAME, name)
        root = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self._name)])
        return (
            x509.CertificateBuilder(root, x509.Name([common]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(hours=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
            .sign(self._key, hashes.SHA256())
        )


@contextmanager
def relay_to(server_socket: str, certificate: ssl.SSLContext) -> Iterator[TlsRelay]:
    relay = TlsRelay(server_socket, certificate)
    try:
        yield relay
    finally:
        relay.close()
