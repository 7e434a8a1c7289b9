"""An Ed25519 key in a file that only its owner may read, made at first use."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from kenpin.application.anchors import is_newest_key

if TYPE_CHECKING:
    from kenpin.ports.anchors import Records


class FileSigner:
    """The signer with the key in this file; `records` tell which key is the newest."""

    def __init__(self, path: Path, records: Records) -> None:
        self._path, self._next, self._records = path, path.with_name(f"{path.name}.next"), records

    def public(self) -> bytes:
        return _public_half(self._key())

    def sign(self, message: bytes) -> bytes:
        return self._key().sign(message)

    def successor(self) -> FileSigner:
        """Return the next key; one left from an interrupted change of keys is used again."""
        if not self._next.exists():
            _make(self._next)
        return FileSigner(self._next, self._records)

    def succeed(self) -> None:
        self._next.replace(self._path)

    def _key(self) -> Ed25519PrivateKey:
        if self._next.exists() and is_newest_key(self._records, _public_half(_read(self._next))):
            self.succeed()  # the records know it already: the change was killed before its last step
        if not self._path.exists():
            _make(self._path)
        return _read(self._path)


def _read(path: Path) -> Ed25519PrivateKey:
    key = load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def _public_half(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _make(path: Path) -> None:
    """Make a key file, complete or not at all; a second caller uses the one that exists."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    aside.touch(mode=0o600)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    aside.write_bytes(pem)
    with suppress(FileExistsError):
        path.hardlink_to(aside)
    aside.unlink()
