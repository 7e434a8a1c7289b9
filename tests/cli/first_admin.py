"""Making the first administrator of an installation from the command line."""

import io

import pytest

from tests.cli.conftest import kenpin
from tests.host.conftest import Worker

PASSWORD = "a long enough password"


def first_admin(worker: Worker, patch: pytest.MonkeyPatch, password: str, *more: str) -> int:
    patch.setenv("KENPIN_URL", worker.url)
    patch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    who = ("--email", "aya@factory.example", "--name", "田中 綾", "--password-stdin")
    return kenpin("member", "first-admin", *who, *more)
