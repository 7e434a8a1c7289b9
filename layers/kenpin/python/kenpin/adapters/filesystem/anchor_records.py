"""Anchors and keys as plain files in a folder, which an auditor may copy or mount from elsewhere."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kenpin.ports import NotFound

READABLE: Final = 0o444
"""An auditor is another user of the machine, and may read what is signed whatever else is closed."""


class FilesystemAnchorRecords:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self, ending: str = ".json") -> Iterator[str]:
        yield from sorted(path.name for path in self._folder.glob(f"*-????????{ending}"))

    def read(self, name: str) -> bytes:
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            raise NotFound(name) from None

    def add(self, name: str, body: bytes) -> bool:
        self._folder.mkdir(parents=True, exist_ok=True)
        aside = self._folder / f".{secrets.token_hex(8)}"
        try:
            with aside.open("xb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            aside.chmod(READABLE)
            (self._folder / name).hardlink_to(aside)
        except FileExistsError:
            return False
        finally:
            aside.unlink(missing_ok=True)
        return True
