"""Making the first administrator of an installation from the command line."""

import io

import pytest

from host.data_folder import ADDRESS
from tests.cli.conftest import kenpin
from tests.host.conftest import Worker

PASSWORD = "a long enough password"


def first_admin(worker: Worker, patch: pytest.MonkeyPatch, password: str, *more: str) -> int:
    """Ask the node of a data folder, whatever platform KENPIN_URL names."""
    (worker.settings.data_dir / ADDRESS).write_text(worker.url)
    patch.setenv("KENPIN_URL", "http://127.0.0.1:9")
    patch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    who = ("--email", "aya@factory.example", "--name", "田中 綾", "--password-stdin")
    return kenpin("member", "first-admin", *who, *more)
