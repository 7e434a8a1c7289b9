"""A Mosquitto broker on this machine, with its own folder; Debian's package is installed where it is not there."""

import shutil
import socket
import subprocess
import time
from pathlib import Path

from tests.debian import install, may_install
from tests.host.running import free_port


def executable() -> str:
    """Return the broker's path; a machine without one fails, it does not skip."""
    search = "/usr/sbin:/usr/local/sbin:/usr/local/bin:/usr/bin:/opt/homebrew/sbin"
    if shutil.which("mosquitto", path=search) is None and may_install():
        install("--no-install-recommends", "mosquitto")
    found = shutil.which("mosquitto", path=search)
    assert found, "the tests of MQTT need the broker Mosquitto; install the package mosquitto"
    return found


class Mosquitto:
    """A broker that writes each change of its sessions to the disk within a second."""

    def __init__(self, folder: Path, certificate: Path | None = None, person: str = "") -> None:
        """Prepare a broker. `person`: name and password of the one who may connect; without, everybody may."""
        self.port = free_port()
        self.store = folder / "mosquitto.db"
        self._settings = folder / "mosquitto.conf"
        self._settings.write_text(
            f"listener {self.port} 127.0.0.1\nuser root\npersistence true\n"
            f"persistence_location {folder}/\nautosave_on_changes true\nautosave_interval 1\n"
            f"allow_anonymous {'false' if person else 'true'}\n"
            + (f"certfile {certificate}\nkeyfile {certificate}\n" if certificate else "")
            + (f"password_file {folder}/people\n" if person else "")
        )
        if person:
            (folder / "people").write_text(f"{person}\n")
            subprocess.run(["mosquitto_passwd", "-U", folder / "people"], check=True)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [executable(), "-c", str(self._settings)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise TimeoutError("the broker does not answer")

    def kill(self) -> None:
        """End it as a loss of power does."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None
