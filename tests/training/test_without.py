"""Runs without a slice of history: its images are not learnt from, and others are measured as before."""

import io

import pyarrow.parquet as pq
import pytest

from kenpin.bootstrap import Platform
from kenpin.domain.catalogue import events_in
from kenpin.domain.dataset.commands import CorrectCapture
from kenpin.domain.dataset.events import AnnotationSubmitted, CandidatesSuggested
from kenpin.domain.dataset.values import Capture
from kenpin.domain.event import Context, Event
from kenpin.domain.history_slice import HistorySlice
from kenpin.domain.run.events import PoolScored, RunSucceeded
from kenpin_training.train import train
from tests.training.conftest import Photos

pytestmark = pytest.mark.usefixtures("means")
LINE = HistorySlice("line", "L3")


def events_of(platform: Platform, stream: str) -> list[Event]:
    return [event for commit in platform.events.read(stream) for event in events_in(commit)]


def rows_of(platform: Platform, run_id: str) -> dict[str, dict[str, object]]:
    """Return image → its row in the predictions of the run."""
    (scored,) = (e for e in events_of(platform, f"run-{run_id}") if isinstance(e, PoolScored))
    with platform.objects.open(f"predictions/{scored.predictions}.parquet") as file:
        return {row["image_id"]: row for row in pq.read_table(io.BytesIO(file.read())).to_pylist()}


def used(platform: Platform, run_id: str) -> tuple[dict[str, object], str]:
    """Return image → use of the run, and the digest of its model."""
    (done,) = (e for e in events_of(platform, f"run-{run_id}") if isinstance(e, RunSucceeded))
    return {id: row["use"] for id, row in rows_of(platform, run_id).items()}, done.artifact


def test_a_run_without_a_line_learns_from_the_others_and_is_measured_by_the_same_images(
    platform: Platform, labelled: Photos
) -> None:
    left_out, tested = [labelled.ids[0], labelled.ids[8]], labelled.ids[6]
    for id in (*left_out, tested):
        labelled.tell(CorrectCapture(image_id=id, capture=Capture(line="L3")))
    train(platform, labelled.request("whole"), "line-pc:7")
    for run_id in ("part", "again"):
        train(platform, labelled.request(run_id, like="whole", without=LINE), "line-pc:7")
    suggested = [
        e.run_id for e in events_of(platform, "dataset-photos") if isinstance(e, CandidatesSuggested)
    ]
    assert suggested == ["whole"], "runs that leave images out are there to be compared"
    (whole, model), (part, other), (_, same) = (used(platform, id) for id in ("whole", "part", "again"))
    assert {id for id in whole if whole[id] != part[id]} == set(left_out)
    assert [part[id] for id in left_out] == [None, None]
    assert (whole[tested], part[tested]) == ("test", "test")
    assert other == same != model


def test_a_run_without_a_person_or_a_label_standard(platform: Platform, labelled: Photos) -> None:
    first, second, tested = labelled.ids[0], labelled.ids[8], labelled.ids[6]
    judgements = [
        AnnotationSubmitted(image_id=first, verdict="OK", label_book_revision=1),
        AnnotationSubmitted(image_id=second, verdict="NG", label_book_revision=2),
        AnnotationSubmitted(image_id=tested, verdict="OK", label_book_revision=1),
    ]
    platform.events.append("dataset-photos", judgements, Context(actor="hanako"))
    slices = {"whole": None, "person": HistorySlice("person", "hanako")}
    slices |= {"standard": HistorySlice("label_book", "1")}
    for run_id, without in slices.items():
        train(platform, labelled.request(run_id, like="whole" if without else None, without=without), "pc:7")
    whole = rows_of(platform, "whole")
    assert [(whole[id]["judged_by"], whole[id]["label_book"]) for id in (first, second, labelled.ids[1])] == [
        ("hanako", 1), ("hanako", 2), ("tester", 0),
    ]  # fmt: skip
    assert {row["judged_by"] for row in whole.values() if row["truth"] is None} == {None}
    left_out = {
        run_id: {id for id, row in rows_of(platform, run_id).items() if row["use"] != whole[id]["use"]}
        for run_id in ("person", "standard")
    }
    assert left_out == {"person": {first, second}, "standard": {first}}
