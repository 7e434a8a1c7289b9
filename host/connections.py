"""Connections of one HTTP worker: accepted one at a time from the socket that all workers share, with limits."""

import asyncio
import os
import socket
from contextlib import suppress
from typing import Final, cast

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

MAX_HEAD_BYTES: Final = 16 * 1024
"""The longest head of a request: its line and its headers."""
HEAD_TIMEOUT_S: Final = 10.0
"""Time to send a head, or the rest of a body that the answer did not wait for."""
MAX_AGE_S: Final = 60.0
"""An older connection ends with its next answer, so that connections spread over workers that started later."""
WAIT_PER_CONNECTION_S: Final = 0.0002
"""A worker waits this long per open connection before it accepts another: a worker with fewer comes first."""
MAX_WAIT_S: Final = 0.005
RETRY_ACCEPT_S: Final = 0.1
"""Pause after a failed accept: the process has no free file descriptor."""
TICKS_PER_HEARTBEAT: Final = 5
"""uvicorn ticks ten times a second."""
CLOSE: Final = (b"connection", b"close")


class LimitedProtocol(H11Protocol):
    """uvicorn's HTTP connection with a deadline for heads and an age."""

    _deadline: asyncio.TimerHandle | None = None
    _ends_at = 0.0
    headers: list[tuple[bytes, bytes]] | None  # type: ignore[assignment]  # None before the first request

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self._ends_at = self.loop.time() + MAX_AGE_S
        self._update_deadline()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._end_when_old()
        self._update_deadline()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._update_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._clear_deadline()

    def _end_when_old(self) -> None:
        """Let uvicorn answer as if the client had asked to close the connection."""
        if self.loop.time() > self._ends_at and self.headers is not None and CLOSE not in self.headers:
            self.headers.append(CLOSE)

    def _update_deadline(self) -> None:
        """Keep a deadline while it is the client's turn to send; what it sends does not extend it."""
        is_answered = self.conn.our_state is h11.DONE
        if self.conn.their_state is not h11.IDLE and not is_answered:
            self._clear_deadline()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(HEAD_TIMEOUT_S, self.transport.close)

    def _clear_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class HttpWorker(uvicorn.Server):
    """uvicorn's server on a listening socket that other processes accept from, too.

    asyncio would accept all waiting connections in a row, and the worker that wakes first would get them all.
    """

    def __init__(
        self, config: uvicorn.Config, listening: socket.socket, heartbeat_fd: int, max_per_address: int
    ) -> None:
        super().__init__(config)
        self._listening, self._heartbeat_fd = listening, heartbeat_fd
        self._max_per_address = max_per_address
        self._opening: set[asyncio.Task[object]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=[])
        self._listening.setblocking(False)
        os.set_blocking(self._heartbeat_fd, False)
        self._wait_for_connections()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().remove_reader(self._listening)
        self._listening.close()
        await super().shutdown(sockets=[])

    async def on_tick(self, counter: int) -> bool:
        """Tell the node that the event loop turns."""
        if counter % TICKS_PER_HEARTBEAT == 0:
            with suppress(BlockingIOError, BrokenPipeError):
                os.write(self._heartbeat_fd, b".")
        return await super().on_tick(counter)

    def _wait_for_connections(self) -> None:
        if self._listening.fileno() >= 0:
            asyncio.get_running_loop().add_reader(self._listening, self._take_turn)

    def _take_turn(self) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._listening)
        wait_s = len(self.server_state.connections) * WAIT_PER_CONNECTION_S
        loop.call_later(min(wait_s, MAX_WAIT_S), self._accept)

    def _accept(self) -> None:
        try:
            connection, address = self._listening.accept()
        except (BlockingIOError, ConnectionAbortedError):
            pass  # another worker was faster
        except OSError:
            asyncio.get_running_loop().call_later(RETRY_ACCEPT_S, self._wait_for_connections)
            return
        else:
            self._serve_connection(connection, address[0])
        self._wait_for_connections()

    def _serve_connection(self, connection: socket.socket, address: str) -> None:
        if self._count_of(address) >= self._max_per_address:
            return connection.close()
        connection.setblocking(False)
        loop = asyncio.get_running_loop()
        task = loop.create_task(loop.connect_accepted_socket(self._new_protocol, connection))
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    def _count_of(self, address: str) -> int:
        connections = cast(set[LimitedProtocol], self.server_state.connections)
        return sum(each.client is not None and each.client[0] == address for each in connections)

    def _new_protocol(self) -> LimitedProtocol:
        return LimitedProtocol(self.config, self.server_state, self.lifespan.state)
