"""Ports of anchors: the signer, and the store of signed records."""

from collections.abc import Iterator
from typing import Protocol


class Signer(Protocol):
    """An Ed25519 key whose private half nobody sees."""

    def public(self) -> bytes:
        """32 bytes. Raises CannotSign."""
        ...

    def sign(self, message: bytes) -> bytes:
        """64 bytes, of a message of at most 4,096. Raises CannotSign, Unavailable."""
        ...

    def successor(self) -> "Signer":
        """A key that is made now and is to take this one's place: this one signs that it does.

        Raises CannotSign where keys are made elsewhere.
        """
        ...

    def succeed(self) -> None:
        """Replace the signing key by `successor`. The old one is deleted."""
        ...


class Records(Protocol):
    """A folder of anchors and keys that only grows: better kept where the platform cannot change it."""

    def names(self) -> Iterator[str]:
        """In order."""
        ...

    def read(self, name: str) -> bytes:
        """Raises NotFound."""
        ...

    def add(self, name: str, body: bytes) -> bool:
        """Durably and whole; False, and nothing is stored, when there is one of this name."""
        ...
