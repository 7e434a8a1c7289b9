"""The data folder of the single node: closed to other users, with the address of the node that serves it."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

LOCK: Final = "node.lock"
"""Name of the file that a running node holds locked."""
ADDRESS: Final = "node.url"
"""Name of the file with the address of the running node."""
OTHERS: Final = 0o077


@contextmanager
def closed_to_others(folder: Path) -> Iterator[None]:
    """Let this process and its children make files for their user alone, and close what earlier versions left open.

    A folder that has other things in it than Kenpin's keeps its mode; the folders that Kenpin makes there are closed.
    """
    before = os.umask(OTHERS)
    try:
        if (folder / LOCK).exists() or (folder.is_dir() and not any(folder.iterdir())):
            _close(folder)
        yield
    finally:
        os.umask(before)


def _close(folder: Path) -> None:
    for each in (folder, *folder.iterdir()):
        found = each.lstat()
        shared = found.st_mode & stat.S_IWOTH  # such as /tmp
        if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not shared:
            each.chmod(stat.S_IMODE(found.st_mode) & ~OTHERS)


@contextmanager
def noted_address(folder: Path, address: str) -> Iterator[None]:
    """Keep the address of this node in the folder while it runs."""
    note = folder / ADDRESS
    note.write_text(f"{address}\n", "utf-8")
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def address_in(folder: Path) -> str | None:
    """Return the address of the node that serves a data folder; None when none runs."""
    try:
        return (folder / ADDRESS).read_text("utf-8").strip()
    except FileNotFoundError:
        return None
