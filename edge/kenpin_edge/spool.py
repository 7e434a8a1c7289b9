"""The spool: pictures that wait to be sent. Rows in SQLite, and the bytes as files beside it.

A picture is durable once `add` returns: its file is on the disk before its row is. What a loss of power leaves
between the two belongs to no row, and `recover` removes it. Threads may share a spool.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

Added = Literal["kept", "known", "dropped"]
SCHEMA: Final = """
create table if not exists picture (
    key integer primary key, source text not null, id text not null, digest text not null, name text not null,
    capture text not null, size integer not null, added_at real not null,
    state text not null default 'waiting', why text not null default '', unique (source, id, digest));
create index if not exists picture_by_state on picture (state, key);
create table if not exists seen (
    source text not null, path text not null, size integer not null, modified integer not null,
    problem text not null default '', primary key (source, path));
create table if not exists counted (
    source text not null, minute integer not null, outcome text not null, pictures integer not null,
    primary key (source, minute, outcome));
create table if not exists message (
    key integer primary key, topic text not null, payload blob not null, digest text not null unique,
    why text not null, again integer not null default 0);
create table if not exists result (
    key integer primary key, source text not null, id text not null, asked_at real not null,
    topic text not null default '', body text not null default '', state text not null default 'open',
    unique (source, id));
create index if not exists result_by_state on result (state, key);
create table if not exists note (key text primary key, value text not null);
"""
"""`counted` at minute 0 is the count since the spool began."""
DATABASE: Final = "spool.db"
KEPT: Final = "kept"
DISK: Final = "disk"
RESERVE_BYTES: Final = 64_000_000
"""Left free on the disk, for the database and for others."""
SUM_SECONDS: Final = 5
REMEMBER_SECONDS: Final = 30 * 24 * 3600
"""Sent pictures are known for so long; the platform knows them for longer."""
ANOTHER: Final = "another picture came under this id before; retry to let the platform decide"


@dataclass(frozen=True)
class Item:
    """A picture in the spool. Size 0: its bytes are at the platform already."""

    key: int
    source: str
    id: str
    digest: str
    name: str
    capture: dict[str, str]
    size: int
    path: Path


@dataclass(frozen=True)
class Uploaded:
    """A picture whose bytes the station gave to the platform itself."""

    digest: str


@dataclass(frozen=True)
class SeenFile:
    """A file of a folder that was dealt with. `modified`: in nanoseconds. `problem`: why it was not taken."""

    path: str
    size: int
    modified: int
    problem: str = ""


class Spool:
    def __init__(self, folder: Path, quota_bytes: int) -> None:
        """Open the spool of a folder, or begin one."""
        self._folder, self.quota_bytes = folder, quota_bytes
        self._pictures = folder / "pictures"
        self._pictures.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(folder / DATABASE, timeout=30, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = full")
        self._db.executescript(SCHEMA)
        self._bytes, self._summed = 0, float("-inf")
        self._sum()

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def add(
        self, source: str, id: str, name: str, picture: bytes | Path | Uploaded, capture: Mapping[str, str]
    ) -> Added:
        """Keep a picture until it is sent. It is durable when this returns `kept` or `known`.

        Another picture under the same id is kept as rejected. `dropped`: there is no room; it is counted.
        """
        given = picture.read_bytes() if isinstance(picture, Path) else picture
        digest, body = digest_of(given), b"" if isinstance(given, Uploaded) else given
        with self._lock, self._db:
            if self.knows(source, id, digest):
                return "known"
            if not self.has_room(len(body)):
                self._count(source, DISK)
                return "dropped"
            if body:
                _write_durably(self._path(source, id, digest), body)
            why = ANOTHER if self.knows(source, id) else ""
            self._db.execute(
                """insert into picture (source, id, digest, name, capture, size, added_at, state, why)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                (
                    *(source, id, digest, name[-255:], json.dumps(dict(capture)), len(body), time.time()),
                    *("rejected" if why else "waiting", why),
                ),
            )
            self._count(source, KEPT)
            self._bytes += len(body)
        return "kept"

    def knows(self, source: str, id: str, digest: str | None = None) -> bool:
        """Return True when this picture, or any under this id, was added before."""
        query = "select count(*) from picture where source = ? and id = ? and digest = coalesce(?, digest)"
        return self.number(query, source, id, digest) > 0

    def has_room(self, size: int) -> bool:
        """Return True when a picture of this many bytes fits the quota and the disk."""
        if self._bytes + size > self.quota_bytes:
            self._sum()
        free = shutil.disk_usage(self._folder).free
        return self._bytes + size <= self.quota_bytes and free - size >= RESERVE_BYTES

    def _sum(self) -> None:
        """Sum the bytes anew, for `dismiss` may have run in another process."""
        if time.monotonic() - self._summed > SUM_SECONDS:
            self._bytes = self.number("select sum(size) from picture where state in ('waiting', 'rejected')")
            self._summed = time.monotonic()

    def next(self, n: int) -> list[Item]:
        """Return up to n pictures that wait, the oldest first, without those at which the platform broke."""
        return self._waiting("why = ''", n)

    def broken(self, n: int) -> list[Item]:
        """Return up to n pictures that wait and at which the platform broke."""
        return self._waiting("why <> ''", n)

    def _waiting(self, condition: str, n: int) -> list[Item]:
        rows = self.rows(
            f"select * from picture where state = 'waiting' and {condition} order by key limit ?", n
        )
        return [
            Item(
                *(row["key"], row["source"], row["id"], row["digest"], row["name"]),
                *(json.loads(row["capture"]), row["size"]),
                self._path(row["source"], row["id"], row["digest"]),
            )
            for row in rows
        ]

    def sent(self, key: int) -> None:
        """The platform has the picture: its bytes go, its id stays known."""
        with self._lock:
            with self._db:
                self._db.execute("update picture set state = 'sent', why = '' where key = ?", (key,))
                self._db.execute("insert or replace into note values ('sent_at', ?)", (str(time.time()),))
            [row] = self.rows("select source, id, digest, size from picture where key = ?", key)
            self._path(row["source"], row["id"], row["digest"]).unlink(missing_ok=True)
            self._bytes -= row["size"]

    def failed(self, key: int, why: str) -> None:
        """The platform refuses the picture: it is kept with the reason."""
        self.write("update picture set state = 'rejected', why = ? where key = ?", why[:500], key)

    def broke(self, key: int, why: str) -> None:
        """The platform breaks at the picture: it waits on, with the answer, at the end of the queue."""
        query = "update picture set why = ?, key = (select max(key) + 1 from picture) where key = ?"
        self.write(query, why[:500], key)

    def retry(self) -> int:
        """Let all rejected pictures wait again, and files and messages be read again; return how many."""
        again = self.write("update picture set state = 'waiting', why = '' where state = 'rejected'")
        again += self.write("update message set again = 1 where again = 0")
        return again + self.write("delete from seen where problem <> ''")

    def dismiss(self) -> int:
        """Give up all rejected pictures, files and messages; return how many. Pictures count as dropped."""
        with self._lock:
            rejected = self.rows("select key, source, id, digest from picture where state = 'rejected'")
            for row in rejected:
                with self._db:
                    self._db.execute("update picture set state = 'dismissed' where key = ?", (row["key"],))
                    self._count(row["source"], "dismissed")
                self._path(row["source"], row["id"], row["digest"]).unlink(missing_ok=True)
        messages = self.write("delete from message where again = 0")
        return len(rejected) + messages + self.write("update seen set problem = '' where problem <> ''")

    def recover(self) -> None:
        """Remove files that belong to no row, and forget old rows. Only the agent itself may call this."""
        self.write(
            "delete from picture where state in ('sent', 'dismissed') and added_at < ?",
            time.time() - REMEMBER_SECONDS,
        )
        self.write("delete from result where asked_at < ?", time.time() - REMEMBER_SECONDS)
        self.write("delete from note where key like 'trouble%'")
        self.write("delete from counted where minute between 1 and ?", int(time.time() // 60) - 2 * 24 * 60)
        with self._lock:
            rows = self.rows("select source, id, digest from picture where state in ('waiting', 'rejected')")
            needed = {self._path(row["source"], row["id"], row["digest"]).name for row in rows}
            for file in self._pictures.iterdir():
                if file.name not in needed:
                    file.unlink(missing_ok=True)

    def count(self, source: str, outcome: str) -> None:
        """Count one picture of a source, in this minute and since the spool began."""
        with self._lock, self._db:
            self._count(source, outcome)

    def _count(self, source: str, outcome: str) -> None:
        query = """insert into counted values (?, ?, ?, 1)
            on conflict (source, minute, outcome) do update set pictures = pictures + 1"""
        minutes = (0, int(time.time() // 60))
        self._db.executemany(query, [(source, minute, outcome) for minute in minutes])

    def kept_within(self, source: str, minutes: int) -> int:
        """Return how many pictures of a source were kept in the last minutes, this one included."""
        query = (
            "select sum(pictures) from counted where source = ? and outcome = 'kept' and minute > max(0, ?)"
        )
        return self.number(query, source, int(time.time() // 60) - minutes)

    def drops(self) -> dict[str, int]:
        """Return how many pictures of each source were dropped since the spool began."""
        query = (
            "select source, sum(pictures) from counted where minute = 0 and outcome <> 'kept' group by source"
        )
        return {row[0]: row[1] for row in self.rows(query)}

    def seen(self, source: str) -> dict[str, SeenFile]:
        rows = self.rows("select path, size, modified, problem from seen where source = ?", source)
        return {row["path"]: SeenFile(*row) for row in rows}

    def mark_seen(self, source: str, files: Iterable[SeenFile]) -> None:
        with self._lock, self._db:
            self._db.executemany(
                "insert or replace into seen values (?, ?, ?, ?, ?)",
                [(source, each.path, each.size, each.modified, each.problem) for each in files],
            )

    def forget_seen(self, source: str, paths: Iterable[str]) -> None:
        with self._lock, self._db:
            self._db.executemany(
                "delete from seen where source = ? and path = ?", [(source, path) for path in paths]
            )

    def note(self, key: str, value: str) -> None:
        self.write("insert or replace into note values (?, ?)", key, value)

    def noted(self, key: str) -> str:
        return next((row["value"] for row in self.rows("select value from note where key = ?", key)), "")

    def rows(self, query: str, *given: str | float | None) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(query, given).fetchall()

    def number(self, query: str, *given: str | float | None) -> int:
        return int(self.rows(query, *given)[0][0] or 0)

    def write(self, query: str, *given: str | float | bytes) -> int:
        """Run one statement durably; return how many rows it changed."""
        with self._lock, self._db:
            return self._db.execute(query, given).rowcount

    def _path(self, source: str, id: str, digest: str) -> Path:
        return self._pictures / hashlib.sha256(f"{source}\0{id}\0{digest}".encode()).hexdigest()


def digest_of(picture: bytes | Uploaded) -> str:
    return picture.digest if isinstance(picture, Uploaded) else hashlib.sha256(picture).hexdigest()


def _write_durably(path: Path, body: bytes) -> None:
    """Write a file that is whole or not there, whenever the power fails."""
    draft = path.with_suffix(".part")
    with draft.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    if os.name == "posix":  # Windows cannot open a folder; NTFS keeps the order of renames in its journal
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
