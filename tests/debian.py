"""Installs packages of Debian that tests need, where this machine may: one process at a time."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from pathlib import Path


def may_install() -> bool:
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def install(*packages: str) -> None:
    """Install packages. Raises CalledProcessError."""
    with Path(tempfile.gettempdir(), "kenpin-tests-apt.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", *packages], check=True)
