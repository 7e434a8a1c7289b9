"""Members, roles and tokens from the command line."""

import json

import pytest

from tests.cli.conftest import ACCEPTED, Platform, kenpin

Capture = pytest.CaptureFixture[str]
AT = "2026-04-01T08:00:00Z"
HELD = {"project_id": "p", "role": "machine", "lines": ["L1", "L2"]}
MEMBER = {
    "actor": "camera",
    "version": 2,
    "invited_at": AT,
    "invited_by": "aya",
    "locked_until": None,
    "roles": [HELD | {"granted_at": AT, "granted_by": "aya"}],
}
TOKEN = HELD | {
    "token_id": "t1",
    "actor": "aya",
    "label": "camera PC",
    "issued_at": AT,
    "expires_at": AT,
    "revoked_at": None,
    "last_used_at": None,
}
SECRET = "kenpin_t1_secret"


def test_a_member_is_let_in_with_a_role_and_loses_it(platform: Platform, capsys: Capture) -> None:
    platform.answer("POST /v1/members", ACCEPTED | {"id": "ren"}, 201)
    platform.answer("POST /v1/members/ren/roles", ACCEPTED, 201)
    platform.answer("POST /v1/members/ren/roles/revocation", ACCEPTED, 201)
    assert kenpin("member", "invite", "p", "inspector", "--actor", "ren") == 0
    assert kenpin("member", "grant", "ren", "p", "machine", "--line", "L1", "--line", "L2") == 0
    assert kenpin("member", "revoke", "ren", "p", "inspector", "--reason", "left") == 0
    assert capsys.readouterr().out.splitlines()[:2] == ["ren is inspector of p", "ren is machine of p"]
    assert platform.bodies("POST /v1/members/ren/roles") == [HELD]


def test_members_are_listed_as_of_a_time(platform: Platform, capsys: Capture) -> None:
    platform.answer("GET /v1/members", {"items": [MEMBER]})
    assert kenpin("member", "list", "--project", "p", "--as-of", "2026-04-01") == 0
    assert dict(platform.asked[0].url.params) == {"project_id": "p", "as_of": "2026-04-01"}
    row = capsys.readouterr().out.splitlines()[1]
    assert [told in row for told in ("camera", "machine", "L1, L2")] == [True] * 3


def test_what_the_platform_refuses_is_one_line(platform: Platform, capsys: Capture) -> None:
    platform.answer("POST /v1/members/ren/roles", {"detail": "you may not grant admin of p; ask aya"}, 403)
    platform.answer("POST /v1/tokens", {"detail": "you are no engineer of p yourself"}, 403)
    assert kenpin("member", "grant", "ren", "p", "admin") == 2
    assert kenpin("token", "create", "script", "p", "engineer") == 2
    assert capsys.readouterr().err.splitlines() == [
        "kenpin: you may not grant admin of p; ask aya",
        "kenpin: you are no engineer of p yourself",
    ]


def test_a_token_alone_is_on_stdout(platform: Platform, capsys: Capture) -> None:
    made = {"token_id": "t1", "token": SECRET, "expires_at": AT}
    platform.answer("POST /v1/tokens", made, 201)
    assert kenpin("token", "create", "camera PC", "p", "machine", "--line", "L1", "--days", "7") == 0
    shown = capsys.readouterr()
    assert shown.out == f"{SECRET}\n" and "shown this once" in shown.err
    asked = {"label": "camera PC", "project_id": "p", "role": "machine", "lines": ["L1"], "days": 7}
    assert platform.bodies("POST /v1/tokens") == [asked]


def test_tokens_are_listed_and_ended(platform: Platform, capsys: Capture) -> None:
    platform.answer("GET /v1/tokens", {"items": [TOKEN]})
    platform.answer("POST /v1/tokens/t1/revocation", ACCEPTED, 201)
    assert kenpin("token", "list") == 0
    assert "machine of p" in capsys.readouterr().out
    assert kenpin("token", "revoke", "t1", "--reason", "stolen") == 0
    assert platform.bodies("POST /v1/tokens/t1/revocation") == [{"reason": "stolen"}]


def test_who_asks_is_told_with_roles(platform: Platform, capsys: Capture) -> None:
    told = {"actor": "aya", "token_id": "t1", "roles": [HELD], "may": {}, "admins": {}}
    platform.answer("GET /v1/me", told)
    assert kenpin("whoami") == 0
    assert "machine of p" in capsys.readouterr().out
    assert kenpin("whoami", "--json") == 0
    assert json.loads(capsys.readouterr().out)["roles"] == [HELD]


def test_a_token_that_ended_says_so(platform: Platform, capsys: Capture) -> None:
    platform.answer("GET /v1/me", {"detail": "the token has expired; make another"}, 401)
    assert kenpin("whoami") == 2
    assert capsys.readouterr().err == "kenpin: the token has expired; make another\n"
