"""Move a whole factory between two places: every stream as stored, every object by its digest."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Final, Protocol

from msgspec import Struct

from kenpin.domain.commit import Commit, Head, chain
from kenpin.domain.ids import DIGEST
from kenpin.ports import DivergedHistory, Error, History, ObjectStore

KINDS: Final = ("images", "models", "predictions")
"""Objects that cannot be made again; masks are images. Thumbnails, segments and snapshots are made at the target."""
ASKED_AT_ONCE: Final = 500
COPIED_AT_ONCE: Final = 8


class NothingToMove(Error):
    """The source holds no history of this tenant."""


class ProgressListener(Protocol):
    """A listener that hears how far a long task is."""

    def stage(self, name: str, total: int) -> None: ...

    def step(self, count: int = 1) -> None: ...


class Place(Struct, frozen=True):
    """The store of a factory's history and objects."""

    name: str
    history: History
    objects: ObjectStore
    check: Callable[[], None] = lambda: None
    """Called before anything is read from here; raises an Error when the place is known not to be whole."""
    complete: Callable[[Sequence[Head]], None] = lambda heads: None
    """Called after everything came here."""


class Moved(Struct):
    """The counts of a move."""

    streams: int = 0
    events: int = 0
    events_copied: int = 0
    objects: int = 0
    objects_copied: int = 0
    damaged: list[str] = []
    """Objects whose bytes do not have the digest that they are named by; they were left behind."""


def move(source: Place, target: Place, watching: ProgressListener) -> Moved:
    """Copy up to the heads that the source has now. What was broken off goes on; what is there stays.

    Objects come first, for an event without its file is worse than a file without its event.
    Raises NothingToMove, DivergedHistory, and what the places raise. The heads are compared at the end.
    """
    source.check()
    heads = list(source.history.heads())
    if not heads:
        raise NothingToMove(f"{source.name} holds no history of tenant {source.history.tenant}")
    standing = {head.stream: target.history.head(head.stream) for head in heads}
    for head in heads:
        _check(source, head, standing[head.stream])
    moved = Moved(streams=len(heads), events=sum(head.version for head in heads))
    _move_objects(source.objects, target.objects, moved, watching)
    watching.stage("events", moved.events - sum(head.version for head in standing.values()))
    for head in heads:
        commits = source.history.read(head.stream, standing[head.stream].version, head.version)
        target.history.restore(head.stream, _counted(commits, moved, watching))
    for head in heads:
        if (reached := target.history.head(head.stream)) != head:
            what = f"{target.name} ends here with another hash than {source.name} at version {head.version}"
            raise DivergedHistory(head.stream, reached.version, what)
    target.complete(heads)
    return moved


def _check(source: Place, head: Head, standing: Head) -> None:
    """Raise DivergedHistory unless the target's stream is a beginning of the source's."""
    if standing.version > head.version:
        what = f"the target is ahead of {source.name}, which ends at version {head.version}"
        raise DivergedHistory(head.stream, standing.version, what)
    if standing.version == head.version:
        goes_on = standing.hash == head.hash
    else:
        following = next(source.history.read(head.stream, standing.version), None)
        goes_on = following is not None and _follows(following, standing)
    if not goes_on:
        raise DivergedHistory(
            head.stream, standing.version, f"the target has another history than {source.name}"
        )


def _follows(commit: Commit, head: Head) -> bool:
    hash = chain(head.hash, commit.first, commit.count, commit.meta, commit.body)
    return (commit.first, commit.hash) == (head.version + 1, hash)


def _counted(commits: Iterable[Commit], moved: Moved, watching: ProgressListener) -> Iterator[Commit]:
    for commit in commits:
        yield commit
        moved.events_copied += commit.count
        watching.step(commit.count)


def _move_objects(source: ObjectStore, target: ObjectStore, moved: Moved, watching: ProgressListener) -> None:
    moved.objects = sum(1 for kind in KINDS for _ in source.names(f"{kind}/"))
    watching.stage("objects", moved.objects)
    names = (name for kind in KINDS for name in source.names(f"{kind}/"))
    with ThreadPoolExecutor(COPIED_AT_ONCE) as pool:
        while some := list(islice(names, ASKED_AT_ONCE)):
            missing = sorted(set(some) - target.has(some))
            watching.step(len(some) - len(missing))
            copied = pool.map(lambda name: _copy(source, target, name), missing)
            for name, is_sound in zip(missing, copied, strict=True):
                moved.objects_copied += is_sound
                moved.damaged += [] if is_sound else [name]
                watching.step()


def _copy(source: ObjectStore, target: ObjectStore, name: str) -> bool:
    """False, and nothing is copied, when the bytes are not those that the name says."""
    with source.open(name) as body:
        digest = name.partition("/")[2].partition(".")[0]
        if re.fullmatch(DIGEST, digest) and hashlib.file_digest(body, "sha256").hexdigest() != digest:
            return False
        body.seek(0)
        target.put(name, body)
        return True
