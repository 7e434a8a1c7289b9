"""The state of a check of stored objects in a file, so that a check that was stopped goes on where it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from msgspec import Struct

from host.cli.failures import Refused

SCHEMA: Final = """
create table if not exists source (url text not null);
create table if not exists checked (digest text primary key, wrong text not null) without rowid;
create table if not exists holder (
    digest text, dataset_id text, image_id text, name text, primary key (digest, dataset_id, image_id)
) without rowid;
"""


class ObjectHolder(Struct, frozen=True):
    """An image that a stored object belongs to: it is its picture or a mask on it."""

    digest: str
    dataset_id: str
    image_id: str
    name: str


class CheckedObjects:
    """The objects that were checked: their digests, what is wrong with some, and the images that these touch."""

    def __init__(self, path: Path, url: str) -> None:
        """Open or begin the file. Raises Refused when it is of another platform, or no such file."""
        self._path = path
        try:
            self._sql = sqlite3.connect(path, check_same_thread=False)
            self._sql.executescript(SCHEMA)
            known = self._sql.execute("select url from source").fetchone()
        except sqlite3.Error as error:
            raise Refused(
                f"{path} cannot keep the state of the check ({error}); name another --state"
            ) from None
        if known and known[0] != url:
            self._sql.close()
            raise Refused(f"{path} keeps the state of a check of {known[0]}; name another --state for {url}")
        if not known:
            self._sql.execute("insert into source values (?)", (url,))
            self._sql.commit()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file, and delete it when the check came to its end."""
        self._sql.close()
        if kind is None:
            self._path.unlink(missing_ok=True)

    def __len__(self) -> int:
        return int(self._sql.execute("select count(*) from checked").fetchone()[0])

    def known(self, digests: Iterable[str]) -> dict[str, str]:
        """Return those of the digests that were checked, with what is wrong; empty: nothing is."""
        wrongs = (
            (id, self._sql.execute("select wrong from checked where digest = ?", (id,))) for id in digests
        )
        return {digest: row[0] for digest, found in wrongs if (row := found.fetchone())}

    def add(self, wrongs: Mapping[str, str], holders: Iterable[ObjectHolder]) -> None:
        """Keep results, and the images that hold an object with which something is wrong."""
        rows = ((h.digest, h.dataset_id, h.image_id, h.name) for h in holders)
        with self._sql:
            self._sql.executemany("insert or replace into checked values (?, ?)", wrongs.items())
            self._sql.executemany("insert or ignore into holder values (?, ?, ?, ?)", rows)

    def findings(self) -> Iterator[tuple[str, str, list[ObjectHolder]]]:
        """Yield the digest of each object with which something is wrong, what, and the images that hold it."""
        for digest, wrong in self._sql.execute("select * from checked where wrong <> '' order by digest"):
            held = self._sql.execute("select * from holder where digest = ?", (digest,))
            yield digest, wrong, [ObjectHolder(*row) for row in held]
