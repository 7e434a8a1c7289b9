"""Runs without a slice of history: its images are not learnt from, and others are measured as before."""

import io

import pyarrow.parquet as pq
import pytest

from kenpin.bootstrap import Platform
from kenpin.domain.catalogue import events_in
from kenpin.domain.dataset.commands import CorrectCapture
from kenpin.domain.dataset.events import CandidatesSuggested
from kenpin.domain.dataset.values import Capture
from kenpin.domain.event import Event
from kenpin.domain.history_slice import HistorySlice
from kenpin.domain.run.events import PoolScored, RunSucceeded
from kenpin_training.train import train
from tests.training.conftest import Photos

pytestmark = pytest.mark.usefixtures("means")
LINE = HistorySlice("line", "L3")


def events_of(platform: Platform, stream: str) -> list[Event]:
    return [event for commit in platform.events.read(stream) for event in events_in(commit)]


def used(platform: Platform, run_id: str) -> tuple[dict[str, str | None], str]:
    """Return image → use of the run, and the digest of its model."""
    told = events_of(platform, f"run-{run_id}")
    (scored,) = (event for event in told if isinstance(event, PoolScored))
    (done,) = (event for event in told if isinstance(event, RunSucceeded))
    with platform.objects.open(f"predictions/{scored.predictions}.parquet") as file:
        rows = pq.read_table(io.BytesIO(file.read())).to_pylist()
    return {row["image_id"]: row["use"] for row in rows}, done.artifact


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
