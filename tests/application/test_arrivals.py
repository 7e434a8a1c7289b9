"""Arrivals: the files of a lot are read side by side, and reported in their order."""

from threading import Barrier
from typing import cast

import pytest

from kenpin.application import arrivals
from kenpin.application.arrivals import Arrival, ArrivalResult, NotArrived, ReadFile
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.state import DatasetState, ImageState
from kenpin.domain.dataset.values import Capture, ImageFile

FILE = ReadFile(ImageFile(1, 1, 1, "image/png", ""))


def test_files_of_a_lot_are_read_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    together = Barrier(2, timeout=20)

    def file(platform: PlatformParts, arrival: Arrival, before: DatasetState) -> ReadFile:
        together.wait()
        if arrival.digest == "c":
            raise NotArrived("not yet")
        return FILE

    monkeypatch.setattr(arrivals, "_file", file)
    lot = [Arrival(digest, "", Capture()) for digest in "dcba"]
    files, rejected = arrivals._read_files(cast(PlatformParts, None), lot, dataset.initial)
    assert list(files) == ["d", "b", "a"]
    assert rejected == [ArrivalResult("c", "rejected", "not yet", retry_later=True)]


def test_an_image_of_the_dataset_is_not_read_again() -> None:
    before = DatasetState(images={"a": ImageState(1, FILE.file, Capture())})
    files, _ = arrivals._read_files(cast(PlatformParts, None), [Arrival("a", "", Capture())], before)
    assert files == {"a": FILE}
