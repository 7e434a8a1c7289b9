"""Stored events are read for ever: golden files are never edited, only added to."""

import json
from pathlib import Path

import msgspec
import pytest

from kenpin.domain.catalogue import EVENTS, SUPERSEDED, events_in
from kenpin.domain.commit import Commit
from kenpin.domain.event import Event, tag_of
from tests.golden.files import ADDED, FOLDER, name_of

GOLDEN = sorted(FOLDER.glob("*.json"))

READ_TODAY: dict[str, Event] = {}
"""Superseded version, such as `dataset.ImageExcluded@1` → the current event that its golden file is read as."""


def event_in(path: Path) -> Event:
    body = b"[" + path.read_bytes() + b"]"
    [event] = events_in(Commit(f"{path.name.partition('.')[0]}-x", 1, 1, b"", body, b""))
    return event


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_what_was_stored_is_read_with_all_it_said(path: Path) -> None:
    event = event_in(path)
    if path.stem in READ_TODAY:
        assert event == READ_TODAY[path.stem]
    else:
        assert json.loads(msgspec.json.encode(event)) == json.loads(path.read_bytes())


def test_every_event_has_its_golden_file_with_all_its_fields() -> None:
    names = {name_of(category, event) for category, events in EVENTS.items() for event in events}
    assert names <= {path.name for path in GOLDEN}, "python -m tests.golden keeps what is missing"
    for stem, fields in ADDED.items():
        [plain] = [path for path in GOLDEN if path.stem.partition(".")[2] == stem]
        assert not json.loads(plain.read_bytes()).keys() & set(fields)


def test_every_version_of_every_event_has_its_golden_file() -> None:
    current = {f"{category}.{tag_of(event)}" for category, events in EVENTS.items() for event in events}
    kept = {path.stem.partition("+")[0] for path in GOLDEN}
    assert kept == current | READ_TODAY.keys(), "python -m tests.golden keeps what is missing"
    assert {name.partition(".")[2] for name in READ_TODAY} == {tag_of(event) for event in SUPERSEDED}
