"""Errors that ports raise."""

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final


class Error(Exception):
    """A service failed. Nothing was stored, unless the answer itself was lost: see Unavailable."""


class ConcurrencyConflict(Error):
    """Someone else appended first: load, decide and append again."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"{stream} is at version {actual}, not {expected}")
        self.stream, self.expected, self.actual = stream, expected, actual


class EntityConflict(Error):
    """Someone else changed the same images first: show both and let the person decide."""

    def __init__(self, stream: str, conflicts: Mapping[str, tuple[int, int]]) -> None:
        named = ", ".join(f"{entity[:12]}… is at {a}, not {e}" for entity, (e, a) in conflicts.items())
        super().__init__(f"{stream}: {named}")
        self.stream, self.conflicts = stream, dict(conflicts)
        """entity → (expected revision, actual revision)"""


class DivergedHistory(Error):
    """The commits do not continue the stream: their history is another. None was stored from there on."""

    def __init__(self, stream: str, version: int, what: str) -> None:
        super().__init__(f"{stream} at version {version}: {what}")
        self.stream, self.version, self.what = stream, version, what


class RowsAhead(Error):
    """The rows show a version that history does not have: somebody removed or replaced commits below them."""

    def __init__(self, stream: str, version: int) -> None:
        super().__init__(
            f"the rows of {stream} show version {version}, which its history does not have: commits were removed or "
            "replaced. Keep a copy of the database, bring the history back from a backup or a pack, or make the rows "
            "again from the history that is left (kenpin rebuild)"
        )
        self.stream, self.version = stream, version


class OtherTenant(Error):
    """The history that was found belongs to another tenant."""


class KeyReused(Error):
    """The idempotency key was used for another request; take a new key for a new request."""

    def __init__(self, key: str) -> None:
        super().__init__(f"idempotency key {key} was used for another request; take a new one")


class Unavailable(Error):
    """The store cannot answer now (throttled, restarting, unreachable); the same call may work later.

    When the connection died in the middle of an append, the commit may stand: send it again with its key.
    """


class OutOfSpace(Unavailable):
    """A disk is full: nothing was stored. The same call works once there is space again."""

    def __init__(self) -> None:
        super().__init__("the disk is full, so nothing was stored; free some space and send it again")


FULL_DISK: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Errors of a file system without space: for anybody, for this user, for this file."""


@contextmanager
def full_disk_as_out_of_space() -> Iterator[None]:
    """Raise OutOfSpace for an error of a full file system; let every other error through."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL_DISK:
            raise
        raise OutOfSpace from error


class DatabaseWakes(Unavailable):
    """The database slept; this call has woken it, and the same call works in some seconds."""

    def __init__(self) -> None:
        super().__init__("the database slept and is waking up; ask again in a few seconds")


class NotFound(Error):
    """No object is stored under that name."""


class CannotSign(Error):
    """No signing key is available here; the message says where it is."""


class MirrorDiffers(Error):
    """An anchor or a key differs from its copy in the mirror: one of the two was changed or removed."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(
            f"{name} {what}; keep both, and check history with the copies: kenpin verify --anchors"
        )
