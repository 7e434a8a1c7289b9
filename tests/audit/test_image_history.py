"""The report of a pack shows every event of an image, undos too."""

from pathlib import Path

import msgspec

from functions.audit_pack.image_history import HistoryStep, ImageHistory, ImageHistoryCollector
from functions.audit_pack.report import write_report
from functions.contract.events.dataset_story import CRACKED, DATASET
from kenpin.domain.commit import Commit
from kenpin.domain.dataset.events import (
    AnnotationSubmitted,
    ChangeReverted,
    GroupingSet,
    ReadjudicationRequested,
)
from kenpin.domain.dataset.values import Capture
from kenpin.domain.event import Event
from kenpin.domain.history_slice import HistorySlice
from kenpin.domain.run.events import RunRequested
from tests.domain.facts import CREATED, A, registered

META = b'{"recorded_at":"2026-03-02T08:15:05+00:00","actor":"inspector-7"}'


def test_an_image_is_told_of_by_every_event_that_names_it() -> None:
    collector = ImageHistoryCollector([CRACKED])
    for version, event in enumerate(DATASET, 1):
        collector.add(Commit("dataset-cookies", version, 1, META, msgspec.json.encode([event]), b""))
    [story] = collector._histories.values()
    naming = [type(event).__name__ for event in DATASET if CRACKED.encode() in msgspec.json.encode(event)]
    assert [step.type for step in story.steps] == naming
    assert {ChangeReverted.__name__, ReadjudicationRequested.__name__} <= set(naming)
    [undone] = [step.details for step in story.steps if step.type == "ChangeReverted"]
    assert undone["excluded"] == "null" and undone["split"] == "train"
    assert undone["reason"] == "withdrawn by mistake"
    [asked] = [step.details for step in story.steps if step.type == "ReadjudicationRequested"]
    assert asked["distance"] == "0.08" and "items" not in asked


def test_the_report_shows_a_code_of_the_browser_as_text(tmp_path: Path) -> None:
    step = HistoryStep(3, "2026-03-02T08:15:05", "aya", "ImageExcluded", {"reason": "ui:reason_duplicate"})
    write_report(tmp_path, [], [], [ImageHistory("cookies", CRACKED, [step])])
    assert "<dd>Duplicate</dd>" in (tmp_path / "report.en.html").read_text("utf-8")
    assert "<dd>重複</dd>" in (tmp_path / "report.ja.html").read_text("utf-8")


def test_an_image_that_a_run_was_without_is_no_use_of_it() -> None:
    wide = Capture(line="L3", lot="lot-7")
    history = [
        CREATED, registered(A, wide), AnnotationSubmitted(image_id=A, verdict="OK"),
        GroupingSet(field="lot", reason=""),
    ]  # fmt: skip
    collector = ImageHistoryCollector([A])
    for version, event in enumerate(history, 1):
        collector.add(Commit("dataset-cookies", version, 1, META, encode(event), b""))
    slices = {
        "whole": None,
        "line": HistorySlice("line", "L3"),
        "lot": HistorySlice("group", "lot-7"),
        "other": HistorySlice("line", "L4"),
        "person": HistorySlice("person", "inspector-7"),
        "colleague": HistorySlice("person", "inspector-8"),
        "standard": HistorySlice("label_book", "0"),
        "next_standard": HistorySlice("label_book", "1"),
    }
    for run_id, without in slices.items():
        asked = RunRequested(
            run_id=run_id, project_id="bakery", dataset_id="cookies", dataset_version=4, dataset_hash="0" * 64,
            recipe={}, seed=0, without=without,
        )  # fmt: skip
        collector.add(Commit(f"run-{run_id}", 1, 1, META, encode(asked), b""))
    [story] = collector.histories()
    assert [use.run_id for use in story.uses] == ["whole", "other", "colleague", "next_standard"]


def encode(event: Event) -> bytes:
    return msgspec.json.encode([event])
