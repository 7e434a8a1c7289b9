"""Following commits: the history after the version that rows have reached, which must contain that version."""

from collections.abc import Iterable, Iterator

from kenpin.domain.commit import Commit, chain
from kenpin.ports import EventStore, RowsAhead


def following(store: EventStore, stream: str, version: int, hash: str) -> Iterator[Commit]:
    """Yield the commits after a version; `hash`: that of the version, in hex, "" before the first event.

    Costs a read of the head where no commit follows. Raises RowsAhead.
    """
    commits = iter(store.read(stream, after=version))
    first = next(commits, None)
    if hash and not (_continues(first, version, hash) if first else _is_head(store, stream, version, hash)):
        _require_commit(store, stream, version, hash)
    if first is not None:
        yield first
        yield from commits


def containing(commits: Iterable[Commit], stream: str, version: int, hash: str) -> Iterator[Commit]:
    """Yield the commits of a whole stream, which must contain the version that rows have reached. Raises RowsAhead."""
    is_there = version == 0
    for commit in commits:
        is_there = is_there or (commit.last, commit.hash.hex()) == (version, hash)
        yield commit
    if not is_there:
        raise RowsAhead(stream, version)


def _continues(commit: Commit, version: int, hash: str) -> bool:
    return commit.hash == chain(bytes.fromhex(hash), version + 1, commit.count, commit.meta, commit.body)


def _is_head(store: EventStore, stream: str, version: int, hash: str) -> bool:
    head = store.head(stream)
    return (head.version, head.hash.hex()) == (version, hash)


def _require_commit(store: EventStore, stream: str, version: int, hash: str) -> None:
    if not any((c.last, c.hash.hex()) == (version, hash) for c in store.holding(stream, [version])):
        raise RowsAhead(stream, version)
