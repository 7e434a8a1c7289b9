"""Move a whole factory between two places: every stream as stored, every object by its digest."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Final, Protocol

from msgspec import Struct

from kenpin.application.digest import sha256_of
from kenpin.domain.anchor import STAMP, Key, key_id
from kenpin.domain.anchor import read as read_record
from kenpin.domain.commit import Commit, Head, chain
from kenpin.domain.ids import DIGEST
from kenpin.ports import DivergedHistory, Error, History, ObjectStore, Records

OBJECT_KINDS: Final = ("images", "models", "predictions")
"""Objects that cannot be made again, masks among images. The target makes thumbnails, segments and snapshots."""
NAMES_PER_QUERY: Final = 500
COPY_THREADS: Final = 8


class NothingToMove(Error):
    """The source holds no history of this tenant."""


class ChangedAnchor(Error):
    """A signed anchor at the target is not the one of the same name at the source: one of both was changed."""


class ProgressListener(Protocol):
    """Receives the progress of a long task."""

    def stage(self, name: str, total: int) -> None: ...

    def step(self, count: int = 1) -> None: ...


class Place(Struct, frozen=True):
    """The store of a factory's history and objects."""

    name: str
    history: History
    objects: ObjectStore
    check: Callable[[], None] = lambda: None
    """Called before the first read; raises an Error when the store is incomplete."""
    complete: Callable[[Sequence[Head]], None] = lambda heads: None
    """Called after everything was stored."""
    anchors: Records | None = None
    """The signed anchors and keys that were taken here, or carried here."""
    moved_anchors: Callable[[str], Records] | None = None
    """Return the records for anchors of another place, by the id of its first key: another key signs here."""


class MoveCounts(Struct):
    """The counts of a move."""

    streams: int = 0
    events: int = 0
    events_copied: int = 0
    objects: int = 0
    objects_copied: int = 0
    anchors_copied: int = 0
    damaged: list[str] = []
    """Objects whose bytes do not have the digest that they are named by; they were left behind."""


def move(source: Place, target: Place, progress: ProgressListener) -> MoveCounts:
    """Copy up to the current heads of the source. A repeated call continues; existing history stays.

    Objects are copied first: a file without an event does no harm, an event without its file does.
    Raises NothingToMove, DivergedHistory, and what the places raise. The heads are compared at the end.
    """
    source.check()
    heads = list(source.history.heads())
    if not heads:
        raise NothingToMove(f"{source.name} holds no history of tenant {source.history.tenant}")
    standing = {head.stream: target.history.head(head.stream) for head in heads}
    for head in heads:
        _check(source, head, standing[head.stream])
    counts = MoveCounts(streams=len(heads), events=sum(head.version for head in heads))
    _move_objects(source.objects, target.objects, counts, progress)
    progress.stage("events", counts.events - sum(head.version for head in standing.values()))
    for head in heads:
        commits = source.history.read(head.stream, standing[head.stream].version, head.version)
        target.history.restore(head.stream, _counted(commits, counts, progress))
    for head in heads:
        if (reached := target.history.head(head.stream)) != head:
            what = f"{target.name} ends here with another hash than {source.name} at version {head.version}"
            raise DivergedHistory(head.stream, reached.version, what)
    counts.anchors_copied = _move_anchors(source, target)
    target.complete(heads)
    return counts


def _move_anchors(source: Place, target: Place) -> int:
    """Copy records and stamps that are not there yet; return how many. Raises ChangedAnchor for one that differs."""
    names = _all_names(source.anchors) if source.anchors else []
    keys = [name for name in names if name.startswith("key-")]
    if source.anchors is None or target.moved_anchors is None or not keys:
        return 0
    first = read_record(keys[0], source.anchors.read(keys[0])).statement
    assert isinstance(first, Key)
    kept = target.moved_anchors(key_id(bytes.fromhex(first.public)))
    standing, copied = set(_all_names(kept)), 0
    for name in names:
        body = source.anchors.read(name)
        if name not in standing:
            kept.add(name, body)
            copied += 1
        elif kept.read(name) != body:
            raise ChangedAnchor(f"{target.name} has another {name} than {source.name}")
    return copied


def _all_names(records: Records) -> list[str]:
    return [*records.names(), *records.names(STAMP)]


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


def _counted(commits: Iterable[Commit], counts: MoveCounts, progress: ProgressListener) -> Iterator[Commit]:
    for commit in commits:
        yield commit
        counts.events_copied += commit.count
        progress.step(commit.count)


def _move_objects(
    source: ObjectStore, target: ObjectStore, counts: MoveCounts, progress: ProgressListener
) -> None:
    counts.objects = sum(1 for kind in OBJECT_KINDS for _ in source.names(f"{kind}/"))
    progress.stage("objects", counts.objects)
    names = (name for kind in OBJECT_KINDS for name in source.names(f"{kind}/"))
    with ThreadPoolExecutor(COPY_THREADS) as pool:
        while some := list(islice(names, NAMES_PER_QUERY)):
            missing = sorted(set(some) - target.has(some))
            progress.step(len(some) - len(missing))
            copied = pool.map(lambda name: _copy(source, target, name), missing)
            for name, is_sound in zip(missing, copied, strict=True):
                counts.objects_copied += is_sound
                counts.damaged += [] if is_sound else [name]
                progress.step()


def _copy(source: ObjectStore, target: ObjectStore, name: str) -> bool:
    """Copy an object; False, without a copy, when its bytes do not have the digest in its name."""
    with source.open(name) as body:
        digest = name.partition("/")[2].partition(".")[0]
        if re.fullmatch(DIGEST, digest) and sha256_of(body) != digest:
            return False
        body.seek(0)
        target.put(name, body)
        return True
