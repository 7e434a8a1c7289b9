"""A running Kenpin for the Python client, and a folder with pictures and a table of labels to work in."""

import csv
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from host.sample import photos
from kenpin.importing.entry import SourceEntry
from tests.host.running import RunningNode

PATIENCE_S = 300
"""Of a test that trains: a busy machine is slow."""


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    with RunningNode(tmp_path_factory.mktemp("client") / "data", training_workers=1) as node:
        yield node


@pytest.fixture(scope="session")
def photos_and_labels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`photos/` and `labels.csv`: eight of each verdict and split of the sample, so that training is short."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "photos").mkdir()
    with (folder / "labels.csv").open("w", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["file", "verdict", "class", "split", "light"])
        for entry in few(entry for entry in photos.entries() if isinstance(entry, SourceEntry)):
            shutil.copy(photos.FOLDER / entry.path, folder / "photos" / entry.name)
            class_name = entry.defects[0].class_name if entry.defects else ""
            light = entry.capture.get("light", "")
            table.writerow([entry.name, entry.verdict, class_name, entry.split or "train", light])
    return folder


def few(entries: Iterable[SourceEntry]) -> Iterator[SourceEntry]:
    taken = Counter[tuple[str | None, str | None]]()
    for entry in entries:
        taken[entry.verdict, entry.split] += 1
        if taken[entry.verdict, entry.split] <= 8:
            yield entry


@pytest.fixture
def workplace(node: RunningNode, photos_and_labels: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder, entered, with the address and the token of the node in the environment."""
    monkeypatch.setenv("KENPIN_URL", node.url)
    monkeypatch.setenv("KENPIN_TOKEN", node.token)
    monkeypatch.chdir(photos_and_labels)
    return photos_and_labels
