"""Commits that chain, made without a store."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from hypothesis import strategies as st

from kenpin.domain.catalogue import seal
from kenpin.domain.commit import Commit, Head, chain, genesis
from kenpin.domain.dataset.events import VersionTagged
from kenpin.domain.event import Context, Event

STREAM = "dataset-cookies"
THEN = datetime(2026, 4, 1, tzinfo=UTC)


def start(tenant: str = "local", stream: str = STREAM) -> Head:
    return Head(stream, 0, genesis(tenant, stream))


def chained(after: Head, batches: Iterable[Sequence[Event]], actor: str = "inspector") -> list[Commit]:
    """These events, a batch a commit, recorded at a time long ago."""
    commits, at = [], after
    for events in batches:
        meta, body = seal(events, Context(actor=actor), THEN)
        first, count = at.version + 1, len(events)
        commit = Commit(at.stream, first, count, meta, body, chain(at.hash, first, count, meta, body))
        commits.append(commit)
        at = Head(at.stream, commit.last, commit.hash)
    return commits


def end(commits: Sequence[Commit]) -> Head:
    return Head(commits[-1].stream, commits[-1].last, commits[-1].hash)


def tags(*names: str) -> list[VersionTagged]:
    return [VersionTagged(name=name, tagged_version=1) for name in names]


batches = st.lists(
    st.lists(st.text(max_size=20).map(lambda name: tags(name)[0]), min_size=1, max_size=4),
    min_size=1,
    max_size=6,
)
