"""The report of a pack shows every event of an image, undos too."""

from pathlib import Path

import msgspec

from functions.contract.events.dataset_story import CRACKED, DATASET
from host.audit.image_history import HistoryStep, ImageHistory, ImageHistoryCollector
from host.audit.report import write_report
from kenpin.domain.commit import Commit
from kenpin.domain.dataset.events import ChangeReverted, ReadjudicationRequested

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
