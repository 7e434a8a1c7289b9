"""Ports of anchors: the signer, and the store of signed records."""

from collections.abc import Iterator
from typing import Protocol


class Signer(Protocol):
    """An Ed25519 key whose private half stays inside."""

    def public(self) -> bytes:
        """Return the public key, 32 bytes. Raises CannotSign."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the signature, 64 bytes, of at most 4,096 bytes. Raises CannotSign, Unavailable."""
        ...

    def successor(self) -> "Signer":
        """Make the next key, which this key then signs.

        Raises CannotSign where keys are made elsewhere.
        """
        ...

    def succeed(self) -> None:
        """Replace the signing key by `successor`. The old one is deleted."""
        ...


class TimeStampAuthority(Protocol):
    """An authority of RFC 3161: it signs that something existed at a time."""

    def stamp(self, digest: bytes) -> bytes:
        """Return the response in DER to a SHA-256 digest. Raises Unavailable."""
        ...


class Records(Protocol):
    """An append-only store of anchors, keys and time stamps, best where the platform cannot change it."""

    def names(self, ending: str = ".json") -> Iterator[str]:
        """Yield the names of records, or of what ends otherwise, in order."""
        ...

    def read(self, name: str) -> bytes:
        """Return the bytes of a record. Raises NotFound."""
        ...

    def add(self, name: str, body: bytes) -> bool:
        """Store a record durably; False, and nothing is stored, when the name exists."""
        ...
