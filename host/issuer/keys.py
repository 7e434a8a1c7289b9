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

ROTATED_S: Final = 30 * 86_400
"""Time that a key signs."""
KEPT_S: Final = 2 * 3_600
"""Time that a key is published after that: longer than any token lives."""


class StoredKey(Struct, frozen=True):
    """A key pair as it lies in the file."""

    made_at: float
    key: dict[str, str]


class SigningKeys:
    """`issuer.keys` in the data folder, readable by its owner alone. Processes may share it; so may threads.

    The file rather than the database: who can read a backup of the rows must not be able to sign.
    """

    def __init__(self, data_dir: Path, clock: Callable[[], float] = time.time) -> None:
        self._path, self._clock = data_dir / "issuer.keys", clock
        self._read: tuple[int, list[StoredKey], dict[str, ECKey]] = (0, [], {})

    def current(self) -> ECKey:
        """Return the signing key; make one when there is none or the last one is due for rotation."""
        kept = self._stored()
        if not kept or kept[0].made_at < self._clock() - ROTATED_S:
            kept = self._rotated()
        return self._read[2][kept[0].key["kid"]]

    def __getitem__(self, kid: str) -> ECKey:
        """Return a key to verify with. Raises KeyError."""
        self._stored()
        return self._read[2][kid]

    def published(self) -> Mapping[str, object]:
        """The JWKS document."""
        self.current()
        return dict(KeySet(list(self._read[2].values())).as_dict(private=False))

    def _stored(self) -> list[StoredKey]:
        """Newest first. Read anew when another process has rotated."""
        try:
            changed = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return []
        if changed != self._read[0]:
            kept = wire.decode(self._path.read_bytes(), type=list[StoredKey])
            self._read = changed, kept, {each.key["kid"]: ECKey.import_key({**each.key}) for each in kept}
        return self._read[1]

    def _rotated(self) -> list[StoredKey]:
        with self._alone():
            kept, now = self._stored(), self._clock()
            if kept and kept[0].made_at >= now - ROTATED_S:
                return kept  # another process was quicker
            fresh = ECKey.generate_key("P-256", auto_kid=True).as_dict(private=True)
            # a key stopped signing when the one after it was made
            ended = [now, *(each.made_at for each in kept)]
            old = [each for each, end in zip(kept, ended, strict=False) if end > now - KEPT_S]
            self._write([StoredKey(now, convert(fresh, dict[str, str])), *old])
        return self._stored()

    def _write(self, kept: list[StoredKey]) -> None:
        fresh = self._path.with_suffix(f".{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(wire.encode(kept))
        fresh.replace(self._path)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
