"""`kenpin backbone`: a network is sent and registered, and those there are, are listed."""

from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.conftest import ACCEPTED, Platform, kenpin

Capture = pytest.CaptureFixture[str]
UPLOADS = "POST /v1/projects/p/backbones/uploads"


@pytest.mark.parametrize("url", ["/files/uploads/p.ab?signed", None])
def test_a_network_is_sent_and_registered(
    platform: Platform, tmp_path: Path, capsys: Capture, url: str | None
) -> None:
    (path := tmp_path / "ours.keras").write_bytes(b"network")
    digest = sha256(b"network").hexdigest()
    platform.answer(UPLOADS, {"digest": digest, "url": url})
    platform.answer("PUT /files/uploads/p.ab", {})
    platform.answer("POST /v1/projects/p/backbones", ACCEPTED)
    given = ("--taps", "fine, coarse", "--mean", "127", "--scale", "128", "--licence", "MIT")
    assert kenpin("backbone", "add", "p", "ours", str(path), *given) == 0
    assert platform.bodies(UPLOADS) == [{"digest": digest, "size": 7}]
    known = {"name": "ours", "digest": digest, "taps": ["fine", "coarse"]}
    assert platform.bodies("POST /v1/projects/p/backbones") == [
        {**known, "mean": 127.0, "scale": 128.0, "licence": "MIT"}
    ]
    assert any(each.method == "PUT" for each in platform.asked) is (url is not None)
    assert "use it with --architecture ours" in capsys.readouterr().out


def test_networks_are_listed(platform: Platform, capsys: Capture) -> None:
    known = {"name": "ours", "digest": "ab" * 32, "taps": ["fine"], "mean": 0, "scale": 1, "licence": "MIT"}
    platform.answer("GET /v1/projects/p/backbones", {"backbones": [known]})
    assert kenpin("backbone", "list", "p") == 0
    assert "ours" in (told := capsys.readouterr().out) and "abababababab" in told


def test_a_file_that_is_not_there_is_said_in_one_line(platform: Platform, capsys: Capture) -> None:
    assert kenpin("backbone", "add", "p", "ours", "nowhere.keras", "--taps", "fine") == 2
    assert capsys.readouterr().err.startswith("kenpin: nowhere.keras cannot be read: No such file")
