"""The end of a commit: the only versions of a dataset that a tag or a run may name."""

from kenpin.domain.commit import Head
from kenpin.domain.dataset.refusals import InsideCommit, NoSuchVersion
from kenpin.ports import EventStore


def commit_end(events: EventStore, stream: str, version: int | None) -> Head:
    """Return the stream's head, or its version and hash as of the commit that ends at `version`.

    Raises NoSuchVersion (after the head), InsideCommit.
    """
    head = events.head(stream)
    if version is None or version == head.version:
        return head
    if version > head.version:
        raise NoSuchVersion(version, head.version)
    for commit in events.holding(stream, [version]):
        if commit.last == version:
            return Head(stream, version, commit.hash)
    raise InsideCommit(version)
