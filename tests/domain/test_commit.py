"""The chain of commits: these bytes and these hashes stay as they are, or no stored history verifies."""

from datetime import UTC, datetime

import pytest

from kenpin.domain.catalogue import seal
from kenpin.domain.commit import MAX_EVENTS, Commit, CommitTooLarge, Finding, Head, chain, genesis, verify
from kenpin.domain.dataset.events import DatasetCreated, VersionTagged
from kenpin.domain.event import Context

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
STREAM = "dataset-cookies"
BEGIN = Head(STREAM, 0, genesis("local", STREAM))


def test_the_first_hash_is_bound_to_tenant_and_stream() -> None:
    assert BEGIN.hash.hex() == "1d59a7b57293544cc4c8a96388a7f05b84205ff82c45d243500b4c3262d1a053"
    assert genesis("local", "dataset-other") != BEGIN.hash != genesis("other", STREAM)


def test_a_commit_is_stored_and_hashed_as_it_ever_was() -> None:
    context = Context(actor="inspector-7", correlation_id="c1", causation_id="run-r1@2", batch_id="b1")
    events = [
        DatasetCreated(dataset_id="cookies", project_id="bakery", name="検品"),
        VersionTagged(name="v1", tagged_version=1),
    ]
    meta, body = seal(events, context, NOON)
    assert meta == (
        b'{"actor":"inspector-7","correlation_id":"c1","causation_id":"run-r1@2","batch_id":"b1",'
        b'"recorded_at":"2026-03-02T12:00:00.123456Z"}'
    )
    assert body.decode() == (
        '[{"type":"DatasetCreated@1","dataset_id":"cookies","project_id":"bakery","name":"検品"},'
        '{"type":"VersionTagged@1","name":"v1","tagged_version":1}]'
    )
    assert (
        chain(BEGIN.hash, 1, 2, meta, body).hex()
        == "155592e52c5064f638985ff3ed97efd17a00c0de96005682ed9c3a87e67dd844"
    )


def sealed(*names: str) -> list[Commit]:
    """A chain of one-event commits."""
    commits, head = [], BEGIN
    for name in names:
        meta, body = seal([VersionTagged(name=name, tagged_version=1)], Context(actor="x"), NOON)
        first = head.version + 1
        head = Head(STREAM, first, chain(head.hash, first, 1, meta, body))
        commits.append(Commit(STREAM, first, 1, meta, body, head.hash))
    return commits


def test_a_whole_chain_leads_to_its_head() -> None:
    commits = sealed("a", "b", "c")
    assert list(verify(BEGIN, commits)) == [Head(STREAM, 3, commits[-1].hash)]
    assert list(verify(Head(STREAM, 1, commits[0].hash), commits[1:])) == [Head(STREAM, 3, commits[-1].hash)]
    assert list(verify(BEGIN, [])) == [BEGIN]


@pytest.mark.parametrize(
    ("changed", "at"),
    [
        (lambda a, b, c: [a, c], [2, 3]),
        (lambda a, b, c: [a, c, b], [2, 3, 4, 2]),
        (lambda a, b, c: [b, c], [1, 2]),
        (lambda a, b, c: [a, Commit(STREAM, 2, 1, b.meta, c.body, b.hash), c], [2]),
        (lambda a, b, c: [a, Commit(STREAM, 2, 1, b.meta + b" ", b.body, b.hash), c], [2]),
        (lambda a, b, c: [a, Commit(STREAM, 2, 2, b.meta, b.body, b.hash), c], [2, 4]),
    ],
    ids=["dropped", "swapped", "beheaded", "another body", "another meta", "another count"],
)
def test_a_chain_that_was_changed_is_found_where_it_was(changed: object, at: list[int]) -> None:
    assert callable(changed)
    findings = [f for f in verify(BEGIN, changed(*sealed("a", "b", "c"))) if isinstance(f, Finding)]
    assert [f.version for f in findings] == at


def test_a_commit_holds_one_event_at_least_and_a_thousand_at_most() -> None:
    tag = VersionTagged(name="a", tagged_version=1)
    for events in ([], [tag] * (MAX_EVENTS + 1)):
        with pytest.raises(CommitTooLarge, match="split it"):
            seal(events, Context(actor="x"), NOON)
    assert seal([tag] * MAX_EVENTS, Context(actor="x"), NOON)
