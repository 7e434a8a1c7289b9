"""`kenpin webhook`: the secret is printed once, and a change keeps what is not given."""

import pytest

from tests.cli.conftest import ACCEPTED, Platform, kenpin

MES = "https://mes.example.com/kenpin"
PATH = "/v1/projects/bakery/webhooks"
ONE: dict[str, object] = {
    "webhook_id": "w1",
    "address": MES,
    "types": ["gate.failed", "run.ended"],
    "is_on": True,
    "added_at": "2026-03-02T08:17:00Z",
    "added_by": "kana",
    "waiting": 2,
    "parked": 1,
}


def test_the_secret_alone_is_printed(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    platform.answer(f"POST {PATH}", {**ACCEPTED, "secret": "whsec_c2VjcmV0"}, 201)
    assert kenpin("webhook", "add", "bakery", MES, "--type", "run.ended", "--type", "gate.failed") == 0
    printed = capsys.readouterr()
    assert printed.out == "whsec_c2VjcmV0\n"
    assert "shown this once" in printed.err
    assert platform.bodies(f"POST {PATH}")[0]["types"] == ["run.ended", "gate.failed"]


def test_a_change_keeps_what_is_not_given(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    platform.answer(f"GET {PATH}", {"webhooks": [ONE]})
    platform.answer(f"PUT {PATH}/w1", ACCEPTED)
    assert kenpin("webhook", "change", "bakery", "w1", "--off") == 0
    changed = {"address": MES, "types": ["gate.failed", "run.ended"], "is_on": False, "reason": ""}
    assert platform.bodies(f"PUT {PATH}/w1") == [changed]
    assert kenpin("webhook", "change", "bakery", "w2", "--off") == 2
    assert "has no webhook w2" in capsys.readouterr().err
