"""Restore commits, the same in every event store: check that they fit, and find the images that they guarded."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from kenpin.domain.catalogue import events_in
from kenpin.domain.commit import Commit, Head, chain
from kenpin.domain.dataset.events import GUARDED, images_of
from kenpin.domain.ids import ImageId
from kenpin.ports import DivergedHistory, History


class RestorePart(Struct, frozen=True):
    """Commits that are stored together or not at all, and the revisions that images then have."""

    commits: list[Commit]
    revisions: dict[ImageId, int]

    @property
    def last(self) -> Commit:
        return self.commits[-1]


def new_commits(store: History, stream: str, commits: Iterable[Commit]) -> Iterator[Commit]:
    """Yield the commits that are not stored yet, their chain computed anew. Raises DivergedHistory."""
    at = store.head(stream)
    stored: Iterator[Commit] | None = None
    for commit in commits:
        if commit.first > at.version:
            at = _next_head(at, commit)
            yield commit
            continue
        if stored is None:
            stored = store.read(stream, after=commit.first - 1, upto=at.version)
        if next(stored, None) != commit:
            raise DivergedHistory(stream, commit.first, "another commit is stored there")


def _next_head(at: Head, commit: Commit) -> Head:
    if (commit.stream, commit.first) != (at.stream, at.version + 1):
        what = f"the stream ends here, and {commit.stream} version {commit.first} does not go on from it"
        raise DivergedHistory(at.stream, at.version, what)
    if commit.hash != chain(at.hash, commit.first, commit.count, commit.meta, commit.body):
        raise DivergedHistory(at.stream, commit.first, "the hash does not continue the chain that is stored")
    return Head(at.stream, commit.last, commit.hash)


def split_into_parts(commits: Iterable[Commit], items: int, size: int) -> Iterator[RestorePart]:
    """Split into parts of at most `items` commits and images, and `size` bytes; a single commit may be larger."""
    taken: list[Commit] = []
    revisions: dict[ImageId, int] = {}
    weight = 0
    for commit in commits:
        named = {image_id: commit.last for image_id in guarded_images(commit)}
        weight += len(commit.meta) + len(commit.body)
        if taken and (len(taken) + 1 + len(revisions | named) > items or weight > size):
            yield RestorePart(taken, revisions)
            taken, revisions, weight = [], {}, len(commit.meta) + len(commit.body)
        taken.append(commit)
        revisions |= named
    if taken:
        yield RestorePart(taken, revisions)


def guarded_images(commit: Commit) -> set[ImageId]:
    """Return the images whose revision the append of this commit checked, and set to its last version."""
    guarded = (event for event in events_in(commit) if isinstance(event, GUARDED))
    return {image_id for event in guarded for image_id in images_of(event)}
