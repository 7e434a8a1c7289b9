"""Signing in from a terminal: through a browser, as a machine, by a token; and that no secret is ever shown."""

import json
import stat
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from host.cli.credentials import credentials
from host.cli.token_file import TokenFile
from host.issuer.secret import challenge
from tests.cli.conftest import kenpin
from tests.host.conftest import Worker, issuer, signed_in, worker
from tests.host.running import free_port
from tests.oidc import AYA, MACHINE, Issuer

__all__ = ["issuer", "signed_in", "worker"]


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, issuer: Issuer, signed_in: Worker) -> Path:
    """The folder where tokens are kept; nothing in the environment but the platform's address."""
    for name in ("TOKEN", "CLIENT_ID", "CLIENT_SECRET", "ACTOR"):
        monkeypatch.delenv(f"KENPIN_{name}", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("KENPIN_URL", signed_in.url)
    issuer.asks, issuer.denies, issuer.lifetime_s, issuer.rotates = False, "", 3600, True
    issuer.refresh_tokens.clear()
    return tmp_path / "kenpin"


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The text that the browser shows at the end."""
    shown: list[str] = []

    def visit(url: str) -> None:
        shown.append(httpx.get(url, follow_redirects=True, trust_env=False).text)

    def open_browser(url: str) -> bool:
        threading.Thread(target=visit, args=(url,), daemon=True).start()
        return True

    monkeypatch.setattr("webbrowser.open", open_browser)
    yield shown


def login(*more: str) -> int:
    return kenpin("login", "--port", str(free_port()), *more)


def create(project: str) -> int:
    return kenpin("project", "create", project, "--id", project)


def let_in(worker: Worker, issuer: Issuer, sub: str) -> None:
    """The first admin gives this subject of the issuer a role."""
    headers = {"Authorization": f"Bearer {issuer.token()}"}
    body = {"project_id": "*", "role": "engineer"}
    path = f"{worker.url}/v1/members/{sub}/roles"
    httpx.post(path, json=body, headers=headers, trust_env=False).raise_for_status()


def actors(worker: Worker, issuer: Issuer, project: str) -> list[str]:
    headers = {"Authorization": f"Bearer {issuer.token()}"}
    answer = httpx.get(f"{worker.url}/v1/streams/project-{project}/events", headers=headers, trust_env=False)
    return [event["actor"] for event in answer.json()["items"]]


def test_the_challenge_is_that_of_rfc_7636() -> None:
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == (
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )


def test_who_signs_in_acts_as_themselves(
    signed_in: Worker, issuer: Issuer, browser: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert login() == 0
    assert f"signed in to {signed_in.url} as {issuer.name}" in capsys.readouterr().out
    assert create("from-a-terminal") == 0
    assert actors(signed_in, issuer, "from-a-terminal") == [AYA]
    assert "閉じて" in browser[0]


def test_tokens_are_for_their_owner_alone_and_never_shown(
    config: Path, issuer: Issuer, browser: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    login()
    create("unseen")
    kenpin("project", "show", "nothing")
    assert stat.S_IMODE((config / "tokens.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(config.stat().st_mode) == 0o700
    (kept,) = json.loads((config / "tokens.json").read_text()).values()
    said = "".join(capfd.readouterr()) + repr(TokenFile(config).get(next(iter([*_servers(config)]))))
    assert kept["access_token"] not in said and kept["refresh_token"] not in said


def _servers(config: Path) -> list[str]:
    return list(json.loads((config / "tokens.json").read_text()))


def test_what_ended_is_renewed_once_for_all_who_ask(
    config: Path, issuer: Issuer, signed_in: Worker, browser: list[str]
) -> None:
    issuer.lifetime_s = 1
    login()
    issuer.lifetime_s = 3600
    before = issuer.asked.count("/oauth2/token")

    def ask(_: int) -> int:
        who = credentials(signed_in.url)
        with httpx.Client(auth=who, trust_env=False) as client:
            return client.get(f"{signed_in.url}/v1/projects").status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {200}
    assert issuer.asked.count("/oauth2/token") == before + 1


def test_a_refresh_token_that_is_good_for_long_is_kept(
    config: Path, issuer: Issuer, browser: list[str]
) -> None:
    issuer.rotates, issuer.lifetime_s = False, 1
    login()
    assert create("renew-once") == create("renew-twice") == 0
    (kept,) = json.loads((config / "tokens.json").read_text()).values()
    assert [kept["refresh_token"]] == list(issuer.refresh_tokens)


def test_a_sign_in_that_ended_for_good_says_what_to_do(
    issuer: Issuer, signed_in: Worker, browser: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    issuer.lifetime_s = 1
    login()
    issuer.refresh_tokens.clear()
    assert create("too-late") == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert (
        said
        == f"kenpin: the sign-in at {signed_in.url} has ended; run `kenpin login --server {signed_in.url}`"
    )


def test_who_signs_out_is_forgotten_here_and_at_the_issuer(
    config: Path, issuer: Issuer, browser: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    login()
    assert len(issuer.refresh_tokens) == 1
    assert kenpin("logout") == 0
    assert issuer.refresh_tokens == {} and _servers(config) == []
    assert create("signed-out") == 2
    assert "kenpin login" in capsys.readouterr().err
    assert kenpin("logout") == 2


def test_the_issuers_no_is_one_line(
    issuer: Issuer, browser: list[str], config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    issuer.denies = "access_denied"
    assert login() == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == "kenpin: the issuer says no (access_denied); ask an administrator for the right to use it"
    assert not (config / "tokens.json").exists()


def test_an_answer_to_another_question_is_passed_over(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_browser(url: str) -> bool:
        asked = httpx.URL(url).params
        forged = f"{asked['redirect_uri']}?code=forged&state=forged"

        def visit() -> None:
            httpx.get(forged, trust_env=False)
            httpx.get(url, follow_redirects=True, trust_env=False)

        threading.Thread(target=visit, daemon=True).start()
        return True

    monkeypatch.setattr("webbrowser.open", open_browser)
    assert login() == 0


def test_a_port_that_is_taken_is_named(signed_in: Worker, capsys: pytest.CaptureFixture[str]) -> None:
    assert kenpin("login", "--port", str(signed_in.port)) == 2
    assert f"cannot listen on 127.0.0.1:{signed_in.port}" in capsys.readouterr().err


def test_a_token_from_elsewhere_is_used_as_it_is(
    signed_in: Worker, issuer: Issuer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    let_in(signed_in, issuer, "robot-7")
    monkeypatch.setenv("KENPIN_TOKEN", issuer.token(sub="robot-7"))
    assert create("by-robot") == 0
    assert actors(signed_in, issuer, "by-robot") == ["robot-7"]
    expired = issuer.token(exp=int(time.time()) - 60)
    monkeypatch.setenv("KENPIN_TOKEN", expired)
    assert create("by-ghost") == 2
    said = capsys.readouterr().err
    assert "the token has expired" in said and expired not in said


def test_a_machine_has_its_own_name(
    signed_in: Worker, issuer: Issuer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine, secret = MACHINE
    let_in(signed_in, issuer, machine)
    monkeypatch.setenv("KENPIN_CLIENT_ID", machine)
    assert create("by-line") == 2
    monkeypatch.setenv("KENPIN_CLIENT_SECRET", "wrong secret")
    assert create("by-line") == 2
    monkeypatch.setenv("KENPIN_CLIENT_SECRET", secret)
    assert create("by-line") == 0
    assert actors(signed_in, issuer, "by-line") == [machine]
    assert "secret" not in capsys.readouterr().err.replace("KENPIN_CLIENT_SECRET", "")


def test_a_platform_that_is_away_is_unreachable(capsys: pytest.CaptureFixture[str]) -> None:
    assert login("--server", f"http://127.0.0.1:{free_port()}") == 3
    assert "no answer from" in capsys.readouterr().err
