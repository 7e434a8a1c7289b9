"""Reads capture conditions from a CSV: a column `file`, and any of the fields of Capture."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from kenpin.domain.dataset.values import Capture
from kenpin.importing.entry import Problem, SourceEntry, Unreadable

FIELDS = Capture.__struct_fields__


class Captures(dict[str, dict[str, str]]):
    """file → field → value."""

    def of(self, path: str) -> dict[str, str]:
        """By the longest end of the path that the table names: `ng/a.jpg` before `a.jpg`."""
        parts = path.split("/")
        for start in range(len(parts)):
            if (found := self.get("/".join(parts[start:]))) is not None:
                return found
        return {}


def read(table: Path) -> Captures:
    """Raises Unreadable, with the line, for a column or value that no capture can have."""
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            _check_columns(table, list(reader.fieldnames or ()))
            return Captures({row["file"]: _capture(table, reader.line_num, row) for row in reader})
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"cannot read the table {table}: {error}") from None


def added(entries: Iterable[SourceEntry | Problem], captures: Captures) -> Iterator[SourceEntry | Problem]:
    """The entries with the conditions that the table has for them."""
    for entry in entries:
        if isinstance(entry, SourceEntry):
            yield msgspec.structs.replace(entry, capture={**entry.capture, **captures.of(entry.path)})
        else:
            yield entry


def _check_columns(table: Path, columns: list[str]) -> None:
    if "file" not in columns:
        raise Unreadable(f"{table} line 1: there is no column `file` to find the images by")
    if unknown := [name for name in columns if name not in (*FIELDS, "file")]:
        raise Unreadable(f"{table} line 1: unknown column {unknown[0]}; there are {', '.join(FIELDS)}")


def _capture(table: Path, line: int, row: dict[str, str]) -> dict[str, str]:
    given = {name: value for name, value in row.items() if name != "file" and value}
    try:
        msgspec.convert(given, Capture)
    except msgspec.ValidationError as error:
        raise Unreadable(f"{table} line {line}: {error}") from None
    return given
