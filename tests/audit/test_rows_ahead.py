"""A commit that the owner of the database removed is found by the rows that still show it."""

import psycopg
import pytest

from host.audit.rows_ahead import ahead_of_heads, shown_versions
from host.cli.client import Client
from host.cli.commands import replay as replay_command
from host.cli.commands import verify as verify_command
from host.cli.failures import AnswerIsNo
from kenpin.bootstrap import platform
from kenpin.read_models.catalogue import models_of
from tests.audit.forgery import remove_last
from tests.functions.conftest import Api

STREAM = "dataset-cookies"
SHOWN = "show this version, and history does not have it: commits were removed or replaced"


@pytest.fixture
def command_line(client: Client, factory: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for command in (replay_command, verify_command):
        monkeypatch.setattr(command, "connect", lambda: client)
    monkeypatch.setattr(
        verify_command, "AT_ONCE", 1
    )  # the handlers of one process take one request at a time


@pytest.fixture
def version(command_line: None, prepared_database_url: str) -> int:
    """Remove the last commit of the dataset; return the version that the rows show."""
    version = platform().events.head(STREAM).version
    with psycopg.connect(prepared_database_url) as owner:
        remove_last(owner, STREAM)
    return version


def test_rows_of_a_whole_history_are_not_ahead(client: Client, factory: list[str]) -> None:
    shown = shown_versions(client)
    assert set(shown) == {head.stream for head in platform().events.heads()}
    assert ahead_of_heads(shown, platform().events.heads()) == []


def test_verify_names_the_rows_that_are_ahead(version: int, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AnswerIsNo, match="history is not as it was appended"):
        verify_command.verify()
    [finding] = [each for each in capsys.readouterr().err.splitlines() if "the rows of" in each]
    assert finding.startswith(f"{STREAM} version {version}: the rows of ") and finding.endswith(SHOWN)
    assert all(model.name in finding for model in models_of(STREAM))


def test_replay_names_the_rows_that_are_ahead(version: int, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AnswerIsNo, match="rows are ahead of history"):
        replay_command.replay("cookies")
    assert SHOWN in capsys.readouterr().err


def test_another_commit_in_the_place_of_the_removed_one_is_found(
    version: int, api: Api, client: Client
) -> None:
    from kenpin.domain.dataset.events import VersionTagged
    from kenpin.domain.event import Context

    tagged = VersionTagged(name="t", tagged_version=1)
    assert platform().events.append(STREAM, [tagged], Context(actor="owner")).version == version
    found = ahead_of_heads(shown_versions(client), platform().events.heads())
    assert {(each.stream, each.version) for each in found} == {(STREAM, version)}


def test_an_intact_history_says_what_was_not_compared(
    command_line: None, capsys: pytest.CaptureFixture[str]
) -> None:
    verify_command.verify()
    said = capsys.readouterr()
    assert "verify: intact" in said.out
    assert [line.partition(" (")[0] for line in said.err.splitlines()] == [
        "not compared: keys that you keep",
        "not compared: anchors that you keep",
        f"not compared: {sum(head.version for head in platform().events.heads())} events after the last anchor: "
        "they can still be rewritten unseen",
    ]
