"""A doorbell between processes of one machine: a datagram to each listener's socket in the data folder."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

MAX_ADDRESS_BYTES: Final = 100
"""Bytes of a socket's address: 107 on Linux, 103 on macOS"""


class SocketDoorbell:
    """A doorbell that reaches every listener. A missed ring is repaired by the sweeper."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "bells"

    def ring(self, stream: str) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ringer:
            ringer.setblocking(False)
            for listener in self._folder.glob("*.bell"):
                with suppress(OSError), _address(listener) as address:
                    ringer.sendto(stream.encode(), address)

    def listen(self, name: str) -> socket.socket:
        """Return a socket that receives the name of a stream for each ring."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{name}.bell"
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        with _address(path) as address:
            listener.bind(address)
        return listener


@contextmanager
def _address(path: Path) -> Iterator[str]:
    """Return a path that is short enough: absolute, relative, or through the open folder."""
    with suppress(ValueError):
        path = min(path, path.resolve().relative_to(Path.cwd()), key=lambda each: len(os.fsencode(each)))
    if len(os.fsencode(path)) <= MAX_ADDRESS_BYTES or sys.platform != "linux":
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
