"""Finds a Chromium to test with, or installs one; a machine without one fails, it does not skip."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.debian import install, may_install

NAMES: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def executable() -> Path | None:
    """The browser to start; None: the one that Playwright has installed for itself."""
    if found := _installed():
        return found
    if may_install():
        install(_package(), "fonts-noto-cjk")
        return _installed()
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)
    return None


def _package() -> str:
    """Debian's Chromium without a window, half as much work for the machine; elsewhere the whole one."""
    found = subprocess.run(["apt-cache", "show", "-q", NAMES[0]], capture_output=True, check=False)
    return NAMES[0] if found.returncode == 0 else "chromium"


def _installed() -> Path | None:
    found = (shutil.which(name) for name in NAMES)
    return next((Path(path) for path in found if path), None)
