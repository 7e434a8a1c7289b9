"""Tables of capture conditions: a column `file`, and any of the fields of Capture."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from unicodedata import normalize
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from kenpin.domain.dataset.values import Capture
from kenpin.importing.entry import Problem, SourceEntry, Unreadable
from kenpin.importing.faults import InvalidItem
from kenpin.importing.tables import TableRow, read_table
from kenpin.importing.times import with_time

FIELDS = Capture.__struct_fields__
DRIVE = re.compile(r"^[A-Za-z]:")


class CaptureRow(Struct, frozen=True):
    """The conditions of one file."""

    where: str
    file: str
    capture: dict[str, str]


class MatchedCaptures(Struct, frozen=True):
    """The conditions of each path, and the rows that fit no image or several."""

    by_path: Mapping[str, dict[str, str]]
    unmatched: list[Problem]


def read_captures(content: bytes, name: str, zone: ZoneInfo) -> list[CaptureRow]:
    """Return the rows of a table; times without a zone are of `zone`. Raises Unreadable with row and column."""
    rows = [_row(row, name, zone) for row in read_table(content, name, ("file", *FIELDS))]
    if not rows:
        raise Unreadable(f"{name} has no row below its header")
    _check_twice(rows)
    return rows


def matched(rows: Iterable[CaptureRow], paths: Iterable[str]) -> MatchedCaptures:
    """Find the path that each row means: one of them is the end of the other, letter by letter or else in any case."""
    exact, folded = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for path in paths:
        name = _parts(path)[-1]
        exact[name].append(path)
        folded[name.casefold()].append(path)
    by_path: dict[str, dict[str, str]] = {}
    unmatched = []
    for row in rows:
        name = _parts(row.file)[-1]
        found = _fitting(row.file, exact[name]) or _fitting(row.file, folded[name.casefold()])
        if len(found) == 1:
            by_path[found[0]] = row.capture
        else:
            unmatched.append(Problem(row.where, _why(row.file, found)))
    return MatchedCaptures(by_path, unmatched)


def with_captures(
    entries: Iterable[SourceEntry | Problem], captures: MatchedCaptures
) -> Iterator[SourceEntry | Problem]:
    """Yield the entries with the conditions that the table has for them."""
    for entry in entries:
        if isinstance(entry, SourceEntry):
            capture = {**entry.capture, **captures.by_path.get(entry.path, {})}
            yield msgspec.structs.replace(entry, capture=capture)
        else:
            yield entry


def read_captures_file(table: Path, zone: ZoneInfo) -> list[CaptureRow]:
    """Return the rows of a table on this machine. Raises Unreadable, as `read_captures` does."""
    try:
        return read_captures(table.read_bytes(), table.name, zone)
    except OSError as error:
        raise Unreadable(f"{table} cannot be read: {error.strerror}") from None


def _row(row: TableRow, name: str, zone: ZoneInfo) -> CaptureRow:
    where = f"{name} line {row.line}"
    file, capture = row.cells.get("file"), {key: row.cells[key] for key in FIELDS if key in row.cells}
    if file is None:
        raise Unreadable(f"{where}, column file: it is empty; name the image")
    try:
        capture = dict(with_time(capture, zone))
    except InvalidItem as reason:
        raise Unreadable(f"{where}, column captured_at: {reason}") from None
    for column, text in capture.items():
        if len(text) > 64:
            raise Unreadable(f"{where}, column {column}: it has {len(text)} characters; 64 are the most")
    return CaptureRow(where, file, capture)


def _check_twice(rows: Iterable[CaptureRow]) -> None:
    """Refuse a file that is there twice with different conditions: nobody knows which ones are right."""
    first: dict[tuple[str, ...], CaptureRow] = {}
    for row in rows:
        other = first.setdefault(tuple(_parts(row.file)), row)
        if other.capture != row.capture:
            raise Unreadable(f"{row.where}: {row.file} is in {other.where} too, with other conditions")


def _parts(path: str) -> list[str]:
    plain = DRIVE.sub("", normalize("NFC", path).replace("\\", "/"))
    return [part for part in plain.split("/") if part not in ("", ".")] or [""]


def _fitting(file: str, paths: Iterable[str]) -> list[str]:
    """Return the paths that share the longest end with the file, of those that end with it or that it ends with."""
    wanted = [part.casefold() for part in _parts(file)]
    ends: dict[int, list[str]] = defaultdict(list)
    for path in paths:
        given = [part.casefold() for part in _parts(path)]
        common = min(len(wanted), len(given))
        if wanted[-common:] == given[-common:]:
            ends[common].append(path)
    return ends[max(ends)] if ends else []


def _why(file: str, found: list[str]) -> str:
    if not found:
        return f"no image is called {file}"
    return f"{file} may be {found[0]} or {found[1]}; write the folder too"
