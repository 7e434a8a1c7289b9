"""Restoring history from elsewhere: every store ends with the same bytes, heads and revisions."""

import hashlib
from collections.abc import Callable, Sequence

import pytest
from msgspec.structs import replace

from kenpin.adapters.memory.event_store import MemoryEventStore
from kenpin.domain.commit import Commit, Finding, Head, genesis, verify
from kenpin.domain.dataset.events import (
    AnnotationSubmitted,
    ImageExcluded,
    ImageRegistered,
    SplitAssigned,
)
from kenpin.domain.dataset.values import Capture, ImageFile
from kenpin.domain.event import Context, Event
from kenpin.ports import DivergedHistory, EntityConflict, EventStore, IdempotencyKey
from tests.chains import chained, end, tags

ME = Context(actor="inspector", batch_id="b1")
IMAGES = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(300)]
FILE = ImageFile(1000, 64, 48, "image/png", "a.png")


def judged(image_id: str) -> AnnotationSubmitted:
    return AnnotationSubmitted(image_id=image_id, verdict="OK")


@pytest.fixture
def made(store: EventStore, stream: str) -> Callable[..., list[Commit]]:
    """Commits made long ago on another base, of the tenant of this store."""

    def make(*batches: Sequence[Event], after: Sequence[Commit] = ()) -> list[Commit]:
        start = end(after) if after else Head(stream, 0, genesis(store.tenant, stream))
        return chained(start, batches)

    return make


Made = Callable[..., list[Commit]]


def test_commits_stand_as_they_stood_elsewhere(store: EventStore, stream: str, made: Made) -> None:
    commits = made(tags("a", "b"), tags("c"))
    assert store.restore(stream, commits) == end(commits) == store.head(stream)
    assert list(store.read(stream)) == commits
    assert [head.stream for head in store.heads(prefix=stream)] == [stream]


def test_twice_is_once_and_what_was_broken_off_goes_on(store: EventStore, stream: str, made: Made) -> None:
    commits = made(*(tags(name) for name in "abcde"))
    store.restore(stream, commits[:2])
    store.restore(stream, commits[1:4])
    assert store.restore(stream, commits) == store.restore(stream, commits) == end(commits)
    assert store.restore(stream, []) == end(commits)
    assert list(store.read(stream)) == commits


def test_more_commits_than_a_transaction_takes(store: EventStore, stream: str, made: Made) -> None:
    commits = made(*([judged(image)] for image in IMAGES))
    assert store.restore(stream, iter(commits)) == end(commits)
    assert list(store.read(stream)) == commits
    assert store.revisions(stream, IMAGES) == {image: n for n, image in enumerate(IMAGES, 1)}


def test_a_commit_with_more_images_than_a_transaction_takes(
    store: EventStore, stream: str, made: Made
) -> None:
    commits = made([judged(image) for image in IMAGES], tags("a"), [judged(IMAGES[7])])
    store.restore(stream, commits)
    assert list(store.read(stream)) == commits
    assert store.revisions(stream, IMAGES) == dict.fromkeys(IMAGES, 300) | {IMAGES[7]: 302}


def test_large_commits_come_over(store: EventStore, stream: str, made: Made) -> None:
    commits = made(*(tags(str(n) * 200_000) for n in range(5)), *(tags(str(n) * 200_000) for n in range(5)))
    commits += made(*(tags("x" * 250_000) for _ in range(8)), after=commits)
    store.restore(stream, commits)
    assert list(store.read(stream)) == commits


def test_images_have_the_revisions_they_had(store: EventStore, stream: str) -> None:
    """An append guards the images of its events; arrivals and splits guard none."""
    origin, (a, b, c) = MemoryEventStore(store.tenant), IMAGES[:3]
    arrived = [ImageRegistered(image_id=i, file=FILE, capture=Capture()) for i in (a, b, c)]
    origin.append(stream, arrived, ME)
    origin.append(stream, [judged(a), judged(b)], ME, entities={a: 0, b: 0}, key=IdempotencyKey("k"))
    origin.append(stream, [SplitAssigned(image_ids=(a, b, c), split="test", rule="r")], ME)
    origin.append(stream, [ImageExcluded(image_id=a, reason="blurred")], ME, entities={a: 5})
    store.restore(stream, origin.read(stream))
    assert store.revisions(stream, IMAGES[:4]) == origin.revisions(stream, IMAGES[:4])
    assert store.appended(stream, IdempotencyKey("k")) is None


def test_life_goes_on_where_the_restored_history_ends(store: EventStore, stream: str, made: Made) -> None:
    store.restore(stream, made([judged(IMAGES[0])]))
    with pytest.raises(EntityConflict):
        store.append(stream, [judged(IMAGES[0])], ME, entities={IMAGES[0]: 0})
    assert store.append(stream, [judged(IMAGES[0])], ME, entities={IMAGES[0]: 1}, expected=1).version == 2
    *findings, _ = verify(Head(stream, 0, genesis(store.tenant, stream)), store.read(stream))
    assert [f for f in findings if isinstance(f, Finding)] == []


def test_another_history_is_refused_at_the_version_where_it_parts(
    store: EventStore, stream: str, made: Made
) -> None:
    common = made(tags("a"), tags("b"))
    ours = [*common, *made(tags("ours"), after=common)]
    theirs = [*common, *made(tags("theirs"), tags("more"), after=common)]
    store.restore(stream, ours)
    with pytest.raises(DivergedHistory) as found:
        store.restore(stream, theirs)
    assert (found.value.stream, found.value.version) == (stream, 3)
    with pytest.raises(DivergedHistory) as found:
        store.restore(stream, theirs[3:])
    assert found.value.version == 4
    assert list(store.read(stream)) == ours


def test_a_gap_is_refused(store: EventStore, stream: str, made: Made) -> None:
    commits = made(tags("a"), tags("b"), tags("c"))
    with pytest.raises(DivergedHistory):
        store.restore(stream, commits[1:])
    with pytest.raises(DivergedHistory):
        store.restore(stream, [commits[0], commits[2]])
    assert store.head(stream).version in (0, 1)


def test_altered_bytes_are_refused(store: EventStore, stream: str, made: Made) -> None:
    first, second = made(tags("a"), tags("b"))
    with pytest.raises(DivergedHistory) as found:
        store.restore(stream, [first, replace(second, meta=first.meta.replace(b"inspector", b"somebody"))])
    assert found.value.version == 2
    assert store.head(stream).version in (0, 1)


def test_history_of_another_tenant_is_refused(store: EventStore, stream: str) -> None:
    with pytest.raises(DivergedHistory):
        store.restore(stream, chained(Head(stream, 0, genesis("another", stream)), [tags("a")]))
