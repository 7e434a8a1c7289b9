"""Key pairs of the node: one signs; earlier ones are published until their last token has ended."""

import fcntl
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from joserfc.jwk import ECKey, KeySet
from msgspec import Struct, convert
from msgspec import json as wire

ROTATION_INTERVAL_S: Final = 30 * 86_400
"""Time after which a new key signs."""
PUBLISHED_AFTER_ROTATION_S: Final = 2 * 3_600
"""Time that an old key is still published: longer than any token lives."""


class StoredKey(Struct, frozen=True):
    """A key pair as the file has it."""

    made_at: float
    key: dict[str, str]


class SigningKeys:
    """`issuer.keys` in the data folder, readable by its owner alone. Processes may share it; so may threads.

    The file rather than the database: who can read a backup of the rows must not be able to sign.
    """

    def __init__(self, data_dir: Path, clock: Callable[[], float] = time.time) -> None:
        self._path, self._clock = data_dir / "issuer.keys", clock
        self._cache: tuple[int, list[StoredKey], dict[str, ECKey]] = (0, [], {})

    def current(self) -> ECKey:
        """Return the signing key; make one when there is none or the last one is due for rotation."""
        keys = self._read_keys()
        if not keys or keys[0].made_at < self._clock() - ROTATION_INTERVAL_S:
            keys = self._rotated()
        return self._cache[2][keys[0].key["kid"]]

    def __getitem__(self, kid: str) -> ECKey:
        """Return a key to verify with. Raises KeyError."""
        self._read_keys()
        return self._cache[2][kid]

    def published(self) -> Mapping[str, object]:
        """The JWKS document."""
        self.current()
        return dict(KeySet(list(self._cache[2].values())).as_dict(private=False))

    def _read_keys(self) -> list[StoredKey]:
        """Return the stored keys, newest first. The file is read again when another process has changed it."""
        try:
            modified_at = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return []
        if modified_at != self._cache[0]:
            keys = wire.decode(self._path.read_bytes(), type=list[StoredKey])
            self._cache = (
                modified_at,
                keys,
                {each.key["kid"]: ECKey.import_key({**each.key}) for each in keys},
            )
        return self._cache[1]

    def _rotated(self) -> list[StoredKey]:
        with self._locked():
            keys, now = self._read_keys(), self._clock()
            if keys and keys[0].made_at >= now - ROTATION_INTERVAL_S:
                return keys  # another process was quicker
            new_key = ECKey.generate_key("P-256", auto_kid=True).as_dict(private=True)
            # a key stopped signing when the one after it was made
            end_times = [now, *(each.made_at for each in keys)]
            still_published = [
                each
                for each, end in zip(keys, end_times, strict=False)
                if end > now - PUBLISHED_AFTER_ROTATION_S
            ]
            self._write([StoredKey(now, convert(new_key, dict[str, str])), *still_published])
        return self._read_keys()

    def _write(self, keys: list[StoredKey]) -> None:
        temporary = self._path.with_suffix(f".{secrets.token_hex(4)}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(wire.encode(keys))
        temporary.replace(self._path)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
