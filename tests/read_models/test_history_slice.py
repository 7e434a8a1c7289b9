"""The rule of a slice of history, held equal in Python and in SQL."""

from datetime import UTC
from itertools import product
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.domain.dataset.events import AnnotationSubmitted, GroupAssigned, GroupingSet, SplitAssigned
from kenpin.domain.dataset.groups import group_of
from kenpin.domain.dataset.in_slice import holds
from kenpin.domain.dataset.values import Capture
from kenpin.domain.event import Context
from kenpin.domain.history_slice import HistorySlice, SliceKind, in_zone
from kenpin.read_models.catalogue import advance_stream, create_tables
from kenpin.read_models.runs.history_slices import learnt_from_in_slice
from tests.domain.facts import CREATED, A, B, C, D, registered

CAPTURES = {
    A: Capture(line="L3", camera="c1", captured_at="2026-03-30T23:59:00+09:00", lot="a"),
    B: Capture(line="L3", product="p", light="dome", captured_at="2026-03-31T08:00:00Z", lot="b"),
    C: Capture(line="L4", camera="c1", captured_at="2026-04-01"),
    D: Capture(line="L4", captured_at=""),
}
VALUES: dict[SliceKind, str] = {
    "line": "L3",
    "product": "p",
    "lot": "a",
    "camera": "c1",
    "light": "dome",
    "group": "b",
    "captured_before": "2026-03-31",
    "captured_after": "2026-03-31",
    "person": "taro",
    "label_book": "2",
}
JUDGED = {
    A: ("taro", AnnotationSubmitted(image_id=A, verdict="OK", label_book_revision=2)),
    B: ("hanako", AnnotationSubmitted(image_id=B, verdict="OK", label_book_revision=2)),
    C: ("taro", AnnotationSubmitted(image_id=C, verdict="OK", label_book_revision=2)),
    D: ("taro", AnnotationSubmitted(image_id=D, verdict="OK")),
}


def test_every_kind_counts_the_images_that_training_leaves_out(postgres_database: PostgresDatabase) -> None:
    create_tables(postgres_database)
    store = PostgresEventStore(postgres_database, "slices")
    history = [CREATED, *(registered(id, capture) for id, capture in CAPTURES.items())]
    history += [GroupingSet(field="lot", reason=""), GroupAssigned(image_ids=(D,), group="b", reason="")]
    history.append(SplitAssigned(image_ids=(C,), split="test", rule="by hand"))
    end = store.append("dataset-cookies", history, Context(actor="import"))
    for person, judgement in JUDGED.values():
        end = store.append("dataset-cookies", [judgement], Context(actor=person))
    advance_stream("dataset-cookies", store, postgres_database)
    assert set(VALUES) == set(get_args(SliceKind))
    zones = [ZoneInfo(name) for name in ("Asia/Tokyo", "America/New_York")]
    with postgres_database.transaction() as sql:
        for (kind, value), zone in product(VALUES.items(), zones):
            slice = in_zone(HistorySlice(kind, value), zone)
            groups = {id: group_of("b" if id == D else None, CAPTURES[id], "lot") for id in CAPTURES}
            learnt = [id for id in (A, B, D) if holds(slice, CAPTURES[id], groups[id], *JUDGED[id][::-1])]
            expected = {"OK": len(learnt)} if learnt else {}
            for version in (None, end.version):
                found = learnt_from_in_slice(sql, "cookies", version, slice, accepted_only=False)
                assert found == expected, (kind, version)


@pytest.mark.parametrize(
    ("captured_at", "before", "after"),
    [
        ("2026-03-30T14:59:59Z", True, False),
        ("2026-03-30T15:00:00Z", False, False),
        ("2026-03-31T14:59:59Z", False, False),
        ("2026-03-31T15:00:00Z", False, True),
        ("2026-03-30T20:00:00-05:00", False, False),
        ("2026-03-31T00:00:00+09:00", False, False),
        ("2026-03-31T15:00:00", False, True),
        ("yesterday", False, False),
    ],
)
def test_a_slice_of_time_has_the_days_of_its_zone(captured_at: str, before: bool, after: bool) -> None:
    capture, zone = Capture(captured_at=captured_at), ZoneInfo("Asia/Tokyo")
    kinds: tuple[SliceKind, ...] = ("captured_before", "captured_after")
    slices = [in_zone(HistorySlice(kind, "2026-03-31"), zone) for kind in kinds]
    assert [holds(slice, capture, None, None, None) for slice in slices] == [before, after]


def test_a_slice_of_an_older_event_has_the_days_of_utc() -> None:
    slice = HistorySlice("captured_after", "2026-03-31")
    late, early = (
        Capture(captured_at="2026-04-01T00:00:00Z"),
        Capture(captured_at="2026-04-01T08:59:59+09:00"),
    )
    assert holds(slice, late, None, None, None)
    assert not holds(slice, early, None, None, None)


def test_a_slice_that_is_none_of_time_has_no_moment() -> None:
    assert in_zone(HistorySlice("line", "L3", moment="2026-03-31"), UTC) == HistorySlice("line", "L3")
