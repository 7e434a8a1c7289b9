"""The contract of every event store."""

import hashlib
from datetime import UTC, datetime

import pytest

from kenpin.domain import catalogue
from kenpin.domain.commit import MAX_BYTES, MAX_ENTITIES, Commit, Finding, Head, chain, genesis, verify
from kenpin.domain.dataset.events import AnnotationSubmitted, DatasetCreated, ImageExcluded, VersionTagged
from kenpin.domain.event import Context
from kenpin.ports import (
    CommitTooLarge,
    ConcurrencyConflict,
    EntityConflict,
    EventStore,
    IdempotencyKey,
    KeyReused,
)

ME = Context(actor="inspector", correlation_id="c1", causation_id="dataset-x@1", batch_id="b1")
A, B = hashlib.sha256(b"a").hexdigest(), hashlib.sha256(b"b").hexdigest()


def tags(*names: str) -> list[VersionTagged]:
    return [VersionTagged(name=name, tagged_version=1) for name in names]


def judged(image_id: str) -> AnnotationSubmitted:
    return AnnotationSubmitted(image_id=image_id, verdict="OK")


def test_an_empty_stream_is_at_version_zero_with_its_genesis_hash(store: EventStore, stream: str) -> None:
    assert store.head(stream) == Head(stream, 0, genesis(store.tenant, stream))
    assert list(store.read(stream)) == []


def test_versions_are_dense_and_start_at_one(store: EventStore, stream: str) -> None:
    first = store.append(stream, tags("a"), ME)
    second = store.append(stream, tags("b", "c", "d"), ME)
    assert (first.first, first.version, second.first, second.version) == (1, 1, 2, 4)
    assert [(c.first, c.count) for c in store.read(stream)] == [(1, 1), (2, 3)]
    assert store.head(stream) == Head(stream, 4, second.hash)


def test_the_commits_that_hold_some_versions_come_in_order_and_once(store: EventStore, stream: str) -> None:
    for names in ("a", "bcd", "e", "fg"):
        store.append(stream, tags(*names), ME)
    every = list(store.read(stream))
    assert store.holding(stream, [7, 3, 2, 1]) == [every[0], every[1], every[3]]
    assert store.holding(stream, [8, 999]) == []
    assert store.holding(stream, []) == store.holding(f"{stream}-other", [1]) == []


def test_events_come_back_as_they_were_with_their_envelope(store: EventStore, stream: str) -> None:
    events = [DatasetCreated(dataset_id="d", project_id="p", name="検品"), *tags("a")]
    store.append(stream, events, ME)
    recorded = [r for commit in store.read(stream) for r in catalogue.recorded(commit)]
    assert [r.event for r in recorded] == events
    assert [(r.version, r.event_id, r.revision) for r in recorded] == [
        (1, f"{stream}@1", 2),
        (2, f"{stream}@2", 2),
    ]
    context = recorded[0].context
    assert (context.actor, context.correlation_id, context.causation_id, context.batch_id) == (
        "inspector",
        "c1",
        "dataset-x@1",
        "b1",
    )
    assert recorded[0].recorded_at.utcoffset() is not None


def test_each_commit_is_chained_to_the_one_before(store: EventStore, stream: str) -> None:
    for name in "abc":
        store.append(stream, tags(name), ME)
    prev = genesis(store.tenant, stream)
    for commit in store.read(stream):
        assert commit.hash == chain(prev, commit.first, commit.count, commit.meta, commit.body)
        prev = commit.hash
    assert list(verify(Head(stream, 0, genesis(store.tenant, stream)), store.read(stream))) == [
        store.head(stream)
    ]


def test_verify_names_a_changed_byte(store: EventStore, stream: str) -> None:
    store.append(stream, tags("a"), ME)
    store.append(stream, tags("b"), ME)
    one, two = store.read(stream)
    forged = Commit(stream, one.first, one.count, one.meta, one.body.replace(b'"a"', b'"x"'), one.hash)
    *findings, _ = verify(Head(stream, 0, genesis(store.tenant, stream)), [forged, two])
    assert findings == [Finding(stream, 1, "the hash does not match the bytes stored")]


def test_verify_names_a_dropped_commit(store: EventStore, stream: str) -> None:
    for name in "abc":
        store.append(stream, tags(name), ME)
    one, _, three = store.read(stream)
    *findings, _ = verify(Head(stream, 0, genesis(store.tenant, stream)), [one, three])
    assert [f.version for f in findings if isinstance(f, Finding)] == [2, 3]


def test_a_stale_expected_version_conflicts_and_stores_nothing(store: EventStore, stream: str) -> None:
    store.append(stream, tags("a"), ME, expected=0)
    with pytest.raises(ConcurrencyConflict) as conflict:
        store.append(stream, tags("b"), ME, expected=0)
    assert (conflict.value.expected, conflict.value.actual) == (0, 1)
    assert store.head(stream).version == 1


def test_expected_zero_means_must_not_exist_and_a_future_version_conflicts(
    store: EventStore, stream: str
) -> None:
    with pytest.raises(ConcurrencyConflict):
        store.append(stream, tags("a"), ME, expected=3)
    assert store.append(stream, tags("a"), ME, expected=0).version == 1


def test_two_people_on_different_images_never_conflict(store: EventStore, stream: str) -> None:
    store.append(stream, [judged(A)], ME, entities={A: 0})
    store.append(stream, [judged(B)], ME, entities={B: 0})
    assert store.revisions(stream, [A, B, "c" * 64]) == {A: 1, B: 2, "c" * 64: 0}


def test_two_people_on_the_same_image_do(store: EventStore, stream: str) -> None:
    store.append(stream, [judged(B), judged(A)], ME, entities={A: 0, B: 0})
    with pytest.raises(EntityConflict) as conflict:
        store.append(stream, [ImageExcluded(image_id=A, reason="blurred")], ME, entities={A: 0})
    assert conflict.value.conflicts == {A: (0, 2)}
    assert store.head(stream).version == 2
    assert store.append(stream, [judged(A)], ME, entities={A: 2}).version == 3


def test_one_conflicting_image_keeps_the_whole_commit_out(store: EventStore, stream: str) -> None:
    store.append(stream, [judged(A)], ME, entities={A: 0})
    with pytest.raises(EntityConflict):
        store.append(stream, [judged(B), judged(A)], ME, entities={B: 0, A: 0})
    assert store.revisions(stream, [B]) == {B: 0}


def test_revisions_belong_to_a_stream(store: EventStore, stream: str) -> None:
    store.append(stream, [judged(A)], ME, entities={A: 0})
    assert store.append(f"{stream}-2", [judged(A)], ME, entities={A: 0}).version == 1


def test_the_same_key_again_answers_what_the_first_append_answered(store: EventStore, stream: str) -> None:
    key = IdempotencyKey("k1", "f")
    first = store.append(stream, tags("a"), ME, key=key)
    store.append(stream, tags("b"), ME)
    assert store.append(stream, tags("a"), ME, key=key, expected=0) == first
    assert store.appended(stream, key) == first
    assert store.head(stream).version == 2


def test_an_unknown_key_was_never_answered(store: EventStore, stream: str) -> None:
    assert store.appended(stream, IdempotencyKey("never", "f")) is None


def test_a_key_for_another_request_is_refused(store: EventStore, stream: str) -> None:
    store.append(stream, tags("a"), ME, key=IdempotencyKey("k1", "f"))
    with pytest.raises(KeyReused):
        store.append(stream, tags("b"), ME, key=IdempotencyKey("k1", "g"))
    with pytest.raises(KeyReused):
        store.appended(stream, IdempotencyKey("k1", "g"))


def test_a_refused_append_does_not_use_up_its_key(store: EventStore, stream: str) -> None:
    key = IdempotencyKey("k1", "f")
    with pytest.raises(ConcurrencyConflict):
        store.append(stream, tags("a"), ME, expected=7, key=key)
    assert store.append(stream, tags("a"), ME, expected=0, key=key).version == 1


def test_a_commit_holds_a_thousand_events_and_no_more(store: EventStore, stream: str) -> None:
    assert store.append(stream, tags(*map(str, range(1000))), ME).version == 1000
    with pytest.raises(CommitTooLarge):
        store.append(stream, tags(*map(str, range(1001))), ME)
    with pytest.raises(CommitTooLarge):
        store.append(stream, [], ME)


def test_a_commit_holds_256_kilobytes_and_no_more(store: EventStore, stream: str) -> None:
    with pytest.raises(CommitTooLarge):
        store.append(stream, tags("x" * MAX_BYTES), ME)
    fits = MAX_BYTES - len(catalogue.seal(tags(""), ME, datetime.now(UTC))[1])
    assert store.append(stream, tags("x" * fits), ME).version == 1


def test_a_commit_guards_ninety_images_and_no_more(store: EventStore, stream: str) -> None:
    images = [hashlib.sha256(str(i).encode()).hexdigest() for i in range(MAX_ENTITIES + 1)]
    with pytest.raises(CommitTooLarge):
        store.append(stream, [judged(i) for i in images], ME, entities=dict.fromkeys(images, 0))
    kept = images[:MAX_ENTITIES]
    store.append(stream, [judged(i) for i in kept], ME, entities=dict.fromkeys(kept, 0))
    assert set(store.revisions(stream, kept).values()) == {MAX_ENTITIES}


def test_ranges_are_read_by_version(store: EventStore, stream: str) -> None:
    for name in "abcde":
        store.append(stream, tags(name, name), ME)
    assert [c.first for c in store.read(stream, after=2)] == [3, 5, 7, 9]
    assert [c.first for c in store.read(stream, after=2, upto=5)] == [3, 5]
    assert [c.first for c in store.read(stream, after=10)] == []


def test_heads_come_by_name_and_by_prefix(store: EventStore, stream: str) -> None:
    for suffix in ("b", "a", "c"):
        store.append(f"{stream}-{suffix}", tags("a"), ME)
    names = [head.stream for head in store.heads(prefix=f"{stream}-")]
    assert names == [f"{stream}-a", f"{stream}-b", f"{stream}-c"]
    assert [h.stream for h in store.heads(prefix=f"{stream}-", after=f"{stream}-a")] == names[1:]
    assert all(head == store.head(head.stream) for head in store.heads(prefix=f"{stream}-"))
