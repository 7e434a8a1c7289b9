"""The rule of a slice of history, held equal in Python and in SQL."""

from typing import get_args

import pytest

from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.domain.dataset.events import AnnotationSubmitted, GroupAssigned, GroupingSet, SplitAssigned
from kenpin.domain.dataset.groups import group_of
from kenpin.domain.dataset.in_slice import holds
from kenpin.domain.dataset.values import Capture
from kenpin.domain.event import Context
from kenpin.domain.history_slice import HistorySlice, SliceKind, lacks_a_date
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
    with postgres_database.transaction() as sql:
        for kind, value in VALUES.items():
            slice = HistorySlice(kind, value)
            groups = {id: group_of("b" if id == D else None, CAPTURES[id], "lot") for id in CAPTURES}
            learnt = [id for id in (A, B, D) if holds(slice, CAPTURES[id], groups[id], *JUDGED[id][::-1])]
            expected = {"OK": len(learnt)} if learnt else {}
            for version in (None, end.version):
                found = learnt_from_in_slice(sql, "cookies", version, slice, accepted_only=False)
                assert found == expected, (kind, version)


@pytest.mark.parametrize(
    ("kind", "value", "wrong"),
    [
        ("captured_before", "2026-03-31", False),
        ("captured_after", "31.3.2026", True),
        ("captured_after", "20260331", True),
        ("line", "L3", False),
    ],
)
def test_a_slice_of_time_needs_a_date(kind: SliceKind, value: str, wrong: bool) -> None:
    assert lacks_a_date(HistorySlice(kind, value)) is wrong
