"""`kenpin webhook`: the secret is printed once, and a change says only what is given."""

import pytest

from tests.cli.conftest import ACCEPTED, Platform, kenpin

MES = "https://mes.example.com/kenpin"
PATH = "/v1/projects/bakery/webhooks"


def test_the_secret_alone_is_printed(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    platform.answer(f"POST {PATH}", {**ACCEPTED, "secret": "whsec_c2VjcmV0"}, 201)
    assert kenpin("webhook", "add", "bakery", MES, "--type", "run.ended", "--type", "gate.failed") == 0
    printed = capsys.readouterr()
    assert printed.out == "whsec_c2VjcmV0\n"
    assert "shown this once" in printed.err
    assert platform.bodies(f"POST {PATH}")[0]["types"] == ["run.ended", "gate.failed"]


def test_a_change_says_only_what_is_given(platform: Platform) -> None:
    """An address that is refused today is not checked anew when its webhook is turned off."""
    platform.answer(f"PUT {PATH}/w1", ACCEPTED)
    assert kenpin("webhook", "change", "bakery", "w1", "--off") == 0
    assert kenpin("webhook", "change", "bakery", "w1", "--type", "run.ended") == 0
    off, types = platform.bodies(f"PUT {PATH}/w1")
    assert off == {"is_on": False, "reason": ""}
    assert types == {"types": ["run.ended"], "reason": ""}
