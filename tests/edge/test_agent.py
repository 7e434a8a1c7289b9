"""The agent's configuration, sampling, status and commands."""

import json
import sqlite3
from hashlib import sha256
from pathlib import Path
from time import time

import httpx
import pytest

from kenpin_edge.__main__ import main
from kenpin_edge.config import ConfigError, OpcUaSignIn, Sampling, Station, read_config
from kenpin_edge.sampling import drop_reason, take
from kenpin_edge.spool import Spool
from kenpin_edge.status import STILL_SECONDS, serve, status_of
from tests.cli.conftest import kenpin

GOOD = """
address = "https://kenpin.example/"
token_file = "token"
spool = "/tmp/spool"
[[stations]]
source = "/lines/1"
dataset = "parts"
folder = "camera"
line = "1"
pattern = '(?P<lot>\\w+)_'
sampling = { ok_percent = 5, per_minute = 60 }
"""


def test_a_configuration_is_read(tmp_path: Path) -> None:
    file = tmp_path / "edge.toml"
    file.write_text(GOOD)
    config = read_config(file)
    station = config.stations["/lines/1"]
    assert (config.address, config.token_file) == ("https://kenpin.example", tmp_path / "token")
    assert station.folder == tmp_path / "camera"
    assert (station.capture, station.sampling) == ({"line": "1"}, Sampling(5, per_minute=60))


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ('dataset = "parts"', "", "stations[0].dataset: is missing; give a text"),
        ('line = "1"', "line = 1", "stations[0].line: must be a text"),
        ('line = "1"', 'lines = "1"', "stations[0].lines: is unknown; remove it"),
        ('line = "1"', 'accept = "soon"', "stations[0].accept: must be one of stable, rename"),
        ("5,", "500,", "stations[0].sampling.ok_percent: must be a number from 0 to 100"),
        ("5,", "nan,", "stations[0].sampling.ok_percent: must be a number from 0 to 100"),
        ("60 }", "-1 }", "stations[0].sampling.per_minute: must be a number from 0 to 1,000,000,000"),
        ("60 }", "inf }", "stations[0].sampling.per_minute: must be a number from 0 to 1,000,000,000"),
        ("60 }", "0.5 }", "stations[0].sampling.per_minute: must be a whole number from 0 to 1,000,000,000"),
        ("[[stations]]", "quota_gb = inf\n[[stations]]", "quota_gb: must be a number from 0 to"),
        ("[[stations]]", "quota_gb = nan\n[[stations]]", "quota_gb: must be a number from 0 to"),
        (
            "[[stations]]",
            "status_port = 99999\n[[stations]]",
            "status_port: must be a number from 0 to 65,535",
        ),
        ("?P<lot>", "?P<lots>", "stations[0].pattern: names lots; there are camera, captured_at"),
        ("?P<lot>", "?P<lot", "stations[0].pattern: is no regular expression"),
        ("https://", "", "address: must be an address such as https://kenpin.example"),
        ("kenpin.example/", "", "address: must be an address"),
        ("kenpin.example/", "exa mple", "address: must be an address"),
        ("kenpin.example/", "kenpin.example:99x", "address: must be an address"),
        ('folder = "camera"', 'topic = "a/#"', "stations[0].topic: has a level '#'; a level is"),
        ('folder = "camera"', 'topic = "a/{lin}"', "stations[0].topic: names lin; there are camera"),
        ('folder = "camera"', 'topic = "a/{line}"', "stations[0].pattern: is unknown; remove it"),
        ('folder = "camera"', 'endpoint = "http://a"', "stations[0].endpoint: must begin with opc.tcp://"),
        (
            'folder = "camera"',
            'endpoint = "opc.tcp://a"\ncertificate = "a.pem"',
            "stations[0].certificate: stands with the other two of certificate, private_key, server_certificate",
        ),
        ('line = "1"', 'results = "a/{line}"', "stations[0].results: needs a broker; add a table [mqtt]"),
        ("[[stations]]", "[mqtt]\n[[stations]]", "mqtt.host: is missing; give a text"),
        ("[[stations]]", "[[station]]", "stations: is missing; add a table [[stations]]"),
        ("token_file =", "token_file", "is no TOML"),
    ],
)
def test_an_error_names_file_key_and_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], good: str, bad: str, said: str
) -> None:
    file = tmp_path / "edge.toml"
    file.write_text(GOOD.replace(good, bad))
    with pytest.raises(ConfigError) as error:
        read_config(file)
    assert str(error.value).startswith(f"{file}: {said}")
    assert main(["run", "--config", str(file)]) == 2
    assert said in capsys.readouterr().err


def test_the_sign_in_of_a_station_is_read(tmp_path: Path) -> None:
    given = 'endpoint = "opc.tcp://a"\nusername = "edge"\npassword_file = "p"\n'
    given += 'certificate = "a.pem"\nprivate_key = "a-key.pem"\nserver_certificate = "b.der"'
    watched = GOOD[GOOD.index("folder") :]
    (file := tmp_path / "edge.toml").write_text(GOOD.replace(watched, given))
    [station, *_] = read_config(file).stations.values()
    files = (tmp_path / name for name in ("p", "a.pem", "a-key.pem", "b.der"))
    assert station.sign_in == OpcUaSignIn("edge", *files)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"No such file.*name it with --config"):
        read_config(tmp_path / "none.toml")


def test_ng_and_grey_are_always_sent_and_a_share_of_ok() -> None:
    digests = [sha256(bytes([n, m])).hexdigest() for n in range(20) for m in range(100)]
    some, none = Sampling(ok_percent=10), Sampling(ok_percent=0, per_minute=0, per_hour=0, per_day=0)
    sent = {each for each in digests if not drop_reason(some, "OK", each, lambda _: 0)}
    assert 150 < len(sent) < 250
    assert sent == {each for each in digests if not drop_reason(some, "OK", each, lambda _: 0)}
    for verdict in ("NG", "GREY"):
        assert not any(drop_reason(none, verdict, each, lambda _: 9) for each in digests)
    assert not drop_reason(some, "", digests[0], lambda _: 9)
    assert drop_reason(none, "OK", digests[0], lambda _: 9) == "share"


@pytest.mark.parametrize("limits", [{"per_minute": 3}, {"per_hour": 3}, {"per_day": 3}])
def test_a_quota_holds_for_all_but_ng(spool: Spool, tmp_path: Path, limits: dict[str, int]) -> None:
    station = Station("s", "d", tmp_path, sampling=Sampling(**limits))
    added = [take(spool, station, str(n), "p.png", bytes([n]), {}) for n in range(5)]
    assert added == ["kept"] * 3 + ["dropped"] * 2
    assert take(spool, station, "0", "p.png", bytes([0]), {}) == "known"
    assert take(spool, station, "9", "p.png", b"9", {"verdict": "ng"}) == "kept"
    assert spool.drops() == {"s": 2}
    assert spool.next(9)[-1].capture == {}


def test_the_status_says_when_sending_stands_still(spool: Spool) -> None:
    assert status_of(spool).problem == "the agent is not running"
    spool.note("alive_at", str(time()))
    assert status_of(spool).problem == ""
    spool.add("s", "1", "a.png", b"picture", {})
    assert status_of(spool).problem == ""
    spool.write("update picture set added_at = ?", time() - STILL_SECONDS - 60)
    assert status_of(spool).problem == "nothing was sent for 11 minutes; waiting: 1"
    spool.note("sent_at", str(time()))
    assert status_of(spool).problem == ""
    spool.broke(1, "/v1/intake answered 500: something broke")
    assert status_of(spool).problem == "the platform breaks at pictures, see trouble; waiting: 1"
    spool.quota_bytes = 8
    assert status_of(spool).problem.startswith("the spool is full")


def test_the_page_is_of_this_machine_alone_and_shows_text_as_text(spool: Spool) -> None:
    spool.add("s", "1", "<b>.png", b"picture", {})
    spool.failed(1, "no <i>")
    server = serve(spool, 0)
    try:
        address = f"http://127.0.0.1:{server.server_port}"
        page = httpx.get(address).text
        assert "&lt;b&gt;.png: no &lt;i&gt;" in page
        assert "http" not in page.replace('http-equiv="refresh"', "")
        status = httpx.get(f"{address}/status.json").json()
        assert (status["rejected"], status["problem"]) == (1, "the agent is not running")
        assert httpx.get(address, headers={"Host": "rebound.example:1"}).status_code == 403
    finally:
        server.shutdown()
        server.server_close()


def test_status_and_retry_are_commands(
    tmp_path: Path, spool: Spool, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "edge.toml"
    file.write_text(GOOD.replace("/tmp/spool", str(tmp_path / "spool")))
    spool.add("s", "1", "a.png", b"picture", {})
    spool.failed(1, "unreadable")
    assert main(["status", "--config", str(file)]) == 1
    assert "unreadable" in capsys.readouterr().out
    assert main(["retry", "--config", str(file)]) == 0
    capsys.readouterr()
    spool.note("alive_at", str(time()))
    assert main(["status", "--json", "--config", str(file)]) == 0
    assert json.loads(capsys.readouterr().out)["waiting"] == 1


@pytest.mark.parametrize("verb", ["status", "retry", "dismiss"])
def test_where_no_agent_has_run_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    file = tmp_path / "edge.toml"
    file.write_text(GOOD.replace("/tmp/spool", str(tmp_path / "spool")))
    assert main([verb, "--config", str(file)]) == 1
    assert capsys.readouterr().out.startswith("no agent has run here")
    assert main([verb, "--json", "--config", str(file)]) == 1
    assert json.loads(capsys.readouterr().out)["problem"].startswith("no agent has run here")
    assert [*tmp_path.iterdir()] == [file]


def test_kenpin_edge_is_the_same_command(
    tmp_path: Path, spool: Spool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "edge.toml"
    file.write_text(GOOD.replace("/tmp/spool", str(tmp_path / "spool")))
    assert kenpin("edge", "status", "--json", "--config", str(file)) == 1
    assert json.loads(capsys.readouterr().out)["problem"] == "the agent is not running"
    assert kenpin("edge", "dismiss", "--config", str(file)) == 0
    monkeypatch.setattr("host.cli.commands.edge.find_spec", lambda name: None)
    assert kenpin("edge", "status", "--config", str(file)) == 2
    assert "pip install 'kenpin[edge]'" in capsys.readouterr().err


def test_two_agents_do_not_share_a_spool(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "edge.toml"
    file.write_text(GOOD.replace("/tmp/spool", str(tmp_path / "spool")))
    (tmp_path / "spool").mkdir()
    other = sqlite3.connect(tmp_path / "spool" / "agent.lock", isolation_level=None)
    other.execute("begin exclusive")
    assert main(["run", "--config", str(file)]) == 2
    assert "another agent uses this spool" in capsys.readouterr().err
    other.close()
