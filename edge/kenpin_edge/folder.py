"""The folder that a camera writes to: new files are taken once they are whole; nothing is changed there."""

import hashlib
import logging
import os
import stat
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from watchfiles import Change, watch

from kenpin_edge.capture import CaptureProblem, SidecarProblem, capture_of
from kenpin_edge.config import Station
from kenpin_edge.sampling import take
from kenpin_edge.spool import SeenFile, Spool

TICK_MS: Final = 250
SCAN_SECONDS: Final = 60
"""All files are looked at so often, for changes that the system did not tell of."""
AGAIN_SECONDS: Final = 5
log = logging.getLogger("kenpin-edge")


@dataclass(frozen=True)
class _Pending:
    """A file that may still grow: its size and time, and since when (monotonic) they are so."""

    size: int
    modified: int
    since: float


class FolderWatch:
    """The folder of one station."""

    def __init__(self, station: Station, spool: Spool) -> None:
        self._station, self._spool = station, spool
        self._pending: dict[Path, _Pending] = {}
        self._seen: dict[str, SeenFile] = {}
        self._scanned = 0.0

    def run(self, stop: threading.Event) -> None:
        """Watch until stopped. A folder that is not there, such as an unmounted share, is tried again."""
        while not stop.is_set():
            try:
                self._watch(stop)
            except OSError as error:
                log.warning("%s: %s; trying again", self._station.source, error)
                self._spool.note(f"trouble {self._station.source}", str(error))
                stop.wait(AGAIN_SECONDS)

    def _watch(self, stop: threading.Event) -> None:
        changes = watch(
            self._station.folder,
            watch_filter=None,
            stop_event=stop,
            rust_timeout=TICK_MS,
            yield_on_timeout=True,
            force_polling=self._station.polling or None,
            poll_delay_ms=1000,
            raise_interrupt=False,
        )
        self._scanned = float("-inf")  # once the system tells of changes, nothing is missed
        for changed in changes:
            for change, path in changed:
                self._look(Path(path))
                if change is Change.added:  # files of a new folder may be older than its watch
                    for file in _files(Path(path)):
                        self._look(file)
            if time.monotonic() - self._scanned > SCAN_SECONDS or not self._station.folder.is_dir():
                self.scan()
            self.take_ready()

    def scan(self) -> None:
        """Look at every file of the folder. Raises OSError when there is no folder."""
        next(self._station.folder.iterdir(), None)
        self._seen = self._spool.seen(self._station.source)
        found = set()
        for path in _files(self._station.folder):
            found.add(str(path))
            self._look(path)
        if found:  # an empty folder may be a share that is not mounted now
            self._spool.forget_seen(self._station.source, self._seen.keys() - found)
        if self._scanned < 0:
            self._spool.note(f"trouble {self._station.source}", "")
        self._scanned = time.monotonic()

    def _look(self, path: Path) -> None:
        """Note a file that may be new. Links are no files of the camera, and are passed over."""
        name, station = path.name.lower(), self._station
        if not any(fnmatch(name, pattern.lower()) for pattern in station.files):
            return
        if not path.is_relative_to(
            station.folder
        ):  # the system calls the folder otherwise; a scan finds the file
            return
        try:
            str(path).encode()  # a name that is no text has no place in a database
            found = path.lstat()
        except (OSError, UnicodeEncodeError):
            self._pending.pop(path, None)
            return
        seen, known = self._seen.get(str(path)), self._pending.get(path)
        if not stat.S_ISREG(found.st_mode) or (
            seen and (seen.size, seen.modified) == (found.st_size, found.st_mtime_ns)
        ):
            return
        if known is None or (known.size, known.modified) != (found.st_size, found.st_mtime_ns):
            self._pending[path] = _Pending(found.st_size, found.st_mtime_ns, time.monotonic())

    def take_ready(self) -> None:
        """Take the files that are whole: renamed to their name, or of the same size and time for long enough."""
        done = []
        for path in list(self._pending):
            self._look(path)
            pending = self._pending.get(path)
            if pending is None:
                continue
            wait = 0 if self._station.accept == "rename" else self._station.stable_seconds
            if time.monotonic() - pending.since >= wait and (taken := self._take(path, pending)):
                done.append(taken)
                self._seen[taken.path] = taken
                self._pending.pop(path, None)
        if done:
            self._spool.mark_seen(self._station.source, done)

    def _take(self, path: Path, pending: _Pending) -> SeenFile | None:
        """Read a file and add it to the spool; None: it is not ready, or there is no room, and it stays where it is."""
        if not self._spool.has_room(pending.size):
            return None
        problem = ""
        try:
            body = path.read_bytes()
            after = path.lstat()
            if (after.st_size, after.st_mtime_ns) != (pending.size, pending.modified) or not body:
                return None
            capture = capture_of(self._station, path, body)
            name = path.relative_to(self._station.folder).as_posix()
            id = f"{hashlib.sha256(body).hexdigest()[:16]}/{name[-180:]}"
            take(self._spool, self._station, id, name, body, capture)
        except SidecarProblem as error:
            if time.monotonic() - pending.since < self._station.sidecar_seconds:
                return None
            problem = str(error)
        except CaptureProblem as error:
            problem = str(error)
        except OSError as error:
            log.warning("%s cannot be read: %s", path, error)
            return None
        if problem:
            log.warning("%s: %s", path, problem)
        return SeenFile(str(path), pending.size, pending.modified, problem)


def _files(place: Path) -> Iterator[Path]:
    """Yield all files below a folder; of a file nothing."""
    for folder, _, names in os.walk(place):
        yield from (Path(folder, name) for name in names)
