"""Signing in where no browser is: the terminal fills in Kenpin's own sign-in page."""

import io
from pathlib import Path

import pytest

from host.issuer.mint import SYSTEM, mint
from tests.cli.conftest import kenpin
from tests.cli.first_admin import PASSWORD, first_admin
from tests.host.conftest import Worker, issuer, own_address_worker, signed_in
from tests.host.running import free_port

__all__ = ["issuer", "own_address_worker", "signed_in"]
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in ("TOKEN", "CLIENT_ID"):
        monkeypatch.delenv(f"KENPIN_{name}", raising=False)


def login(worker: Worker, patch: pytest.MonkeyPatch, password: str) -> int:
    patch.setenv("KENPIN_URL", worker.url)
    patch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    return kenpin("login", "--email", "aya@factory.example", "--password-stdin")


def test_the_first_administrator_needs_no_browser(
    own_address_worker: Worker, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    mint(own_address_worker.settings, SYSTEM)  # as a node does when it starts
    assert (
        first_admin(
            own_address_worker, monkeypatch, PASSWORD, "--data-dir", str(own_address_worker.settings.data_dir)
        )
        == 0
    )
    said = capsys.readouterr().out
    assert (
        f"administrator of the Kenpin at {own_address_worker.url} (data in {own_address_worker.settings.data_dir})"
        in said
    )
    assert "run `kenpin login --email aya@factory.example`" in said
    assert login(own_address_worker, monkeypatch, "not this password") == 2
    assert capsys.readouterr().err == "kenpin: E-mail address or password is wrong.\n"
    assert login(own_address_worker, monkeypatch, PASSWORD) == 0
    assert "as 田中 綾" in capsys.readouterr().out
    assert kenpin("whoami") == 0


def test_a_password_is_given_to_no_other_issuer(
    signed_in: Worker, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    assert login(signed_in, monkeypatch, PASSWORD) == 2
    assert "only Kenpin's own issuer takes a password" in capsys.readouterr().err


def test_a_platform_that_is_away_is_unreachable(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setenv("KENPIN_URL", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert kenpin("login", "--email", "aya@factory.example", "--password-stdin") == 3
