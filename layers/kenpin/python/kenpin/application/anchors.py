"""Take anchors: sign the heads of all streams, with the digest of the anchor before."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from kenpin.domain.anchor import (
    FIRST,
    KINDS,
    STAMP,
    Key,
    Kind,
    Record,
    anchored,
    digest,
    key_id,
    name_of,
    next_anchor,
    read,
    stamp_name,
    written,
)
from kenpin.ports import EventStore, Unavailable
from kenpin.ports.anchors import Records, Signer, TimeStampAuthority
from kenpin.ports.errors import CannotSign, MirrorDiffers

MAX_TRIES: Final = 5


def now() -> datetime:
    return datetime.now(UTC)


def newest(records: Records, kind: Kind) -> Record | None:
    last = max((name for name in records.names() if name.startswith(f"{kind}-")), default=None)
    return read(last, records.read(last)) if last else None


def is_newest_key(records: Records, public: bytes) -> bool:
    last = newest(records, "key")
    return last is not None and isinstance(last.statement, Key) and last.statement.public == public.hex()


def stamp_newest(records: Records, authority: TimeStampAuthority) -> bool:
    """Have the newest anchor stamped, unless it is; True when it was now. Raises Unavailable.

    The newest is enough: it holds the digest of the anchor before, so an anchor that missed its stamp has the next.
    """
    anchor = newest(records, "anchor")
    if anchor is None or (name := stamp_name(anchor.name)) in set(records.names(STAMP)):
        return False
    return records.add(name, authority.stamp(bytes.fromhex(digest(anchor.body))))


def copy_to_mirror(records: Records, mirror: Records) -> int:
    """Copy what the mirror does not have; return how many. Raises MirrorDiffers, and nothing was copied.

    Of what both have, the newest of each kind is compared: it holds the digest of the one before.
    """
    here, there = ({*each.names(), *each.names(STAMP)} for each in (records, mirror))
    for name in sorted(there - here):
        raise MirrorDiffers(name, "is in the mirror, and no more here")
    for kind in KINDS:
        shared = max((name for name in mirror.names() if name.startswith(f"{kind}-")), default=None)
        if shared and records.read(shared) != mirror.read(shared):
            raise MirrorDiffers(shared, "has other bytes in the mirror than here")
    missing = sorted(here - there)
    for name in missing:
        if not mirror.add(name, body := records.read(name)) and mirror.read(name) != body:
            raise MirrorDiffers(name, "has other bytes in the mirror than here")
    return len(missing)


class Anchors(Struct, frozen=True):
    """The anchors and keys of one tenant."""

    store: EventStore
    signer: Signer
    records: Records
    clock: Callable[[], datetime] = now

    def take(self) -> Record | None:
        """Take an anchor and return it; the newest one when nothing changed since, None without history.

        The first call, which a node makes when it starts, stores the key, so that an auditor can note it. It reads
        every head. Raises CannotSign, Unavailable.
        """
        key = self._key()
        heads = anchored(self.store.heads())
        if not heads:
            return None
        for _ in range(MAX_TRIES):
            before = self.newest("anchor")
            if before and before.heads == heads:
                return before
            anchor = next_anchor(self.store.tenant, before, key_id(key), self._time(), heads)
            body, name = written(anchor, self.signer.sign, heads), name_of("anchor", anchor.number)
            if self.records.add(name, body):
                return read(name, body)
        raise Unavailable("others take anchors all the time; try again")

    def rotate(self) -> Record:
        """Replace the signing key by a new one, which the old key signs. Raises CannotSign, Unavailable.

        After an interruption, the next signature completes the change, or it was not begun.
        """
        self._key()
        successor, before = self.signer.successor(), self.newest("key")
        assert before is not None
        named = self._named(before.statement.number + 1, self.signer, successor, before.digest)
        body, name = written(named, self.signer.sign), name_of("key", named.number)
        if not self.records.add(name, body):
            raise Unavailable("somebody else changes the key; look which one is new")
        self.signer.succeed()
        return read(name, body)

    def newest(self, kind: Kind) -> Record | None:
        return newest(self.records, kind)

    def _key(self) -> bytes:
        """Return the public half of the signing key; store it first when there is no record. Raises CannotSign."""
        public = self.signer.public()
        standing = self.newest("key")
        if standing is None:
            named = self._named(1, self.signer, self.signer, FIRST)
            self.records.add(name_of("key", 1), written(named, self.signer.sign))
        elif isinstance(standing.statement, Key) and standing.statement.public != public.hex():
            found = f"{standing.name} names another key than {key_id(public)}, which signs here"
            raise CannotSign(
                f"{found}; bring that key back, or begin a new folder of anchors and keep the old"
            )
        return public

    def _named(self, number: int, by: Signer, key: Signer, previous: str) -> Key:
        public = key.public()
        return Key(number, self.store.tenant, self._time(), key_id(by.public()), public.hex(), previous)

    def _time(self) -> str:
        return self.clock().isoformat(timespec="seconds")
