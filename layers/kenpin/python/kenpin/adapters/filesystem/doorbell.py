"""A doorbell between processes of one machine: a datagram to each listener's socket in the data folder."""

import contextlib
import socket
from pathlib import Path


class SocketDoorbell:
    """Rings every listener. Whoever does not listen misses it: the sweeper heals that."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "bells"

    def ring(self, stream: str) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ringer:
            ringer.setblocking(False)
            for listener in self._folder.glob("*.bell"):
                with contextlib.suppress(OSError):
                    ringer.sendto(stream.encode(), _short(listener))

    def listen(self, name: str) -> socket.socket:
        """A socket that receives the name of a stream for each ring."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{name}.bell"
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        listener.bind(_short(path))
        return listener


def _short(path: Path) -> str:
    """The shorter way to write the path: a socket's may have 107 bytes at most."""
    with contextlib.suppress(ValueError):
        relative = str(path.resolve().relative_to(Path.cwd()))
        return min(relative, str(path), key=len)
    return str(path)
