"""Tables of text as spreadsheets save them: CSV with commas, semicolons or tabs, in the usual encodings."""

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from io import StringIO

from msgspec import Struct

from kenpin.importing.entry import Unreadable
from kenpin.importing.faults import Fault, InvalidItem
from kenpin.importing.texts import decoded

SEPARATORS = "\t;,"


class TableRow(Struct, frozen=True):
    """One row that is not blank. `cells`: column → text without outer blanks; empty cells are left out."""

    line: int
    cells: dict[str, str]


def read_table(content: bytes, name: str, columns: Collection[str]) -> list[TableRow]:
    """Return the rows of a table with a header of these columns, in any case. Raises Unreadable with row and column."""
    try:
        text = decoded(content)
    except InvalidItem as reason:
        raise Unreadable(f"{name} {reason}") from None
    rows = rows_of(text)
    try:
        header = [column_of(cell) for cell in next(rows, (1, []))[1]]
        if not any(header):
            raise Unreadable(f"{name} is empty; its first line names the columns, such as file,line,lot")
        check_columns(header, columns)
        return list(_rows(header, rows, name))
    except InvalidItem as reason:
        raise Unreadable(f"{name} {reason}") from None


def rows_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each row, with the line where the row begins.

    Raises InvalidItem with that line for a row whose quotes are wrong: one that is open takes in all that follows.
    """
    lines = csv.reader(StringIO(text, newline=""), delimiter=separator_of(text), strict=True)
    first = 1
    try:
        for cells in lines:
            yield first, cells
            first = lines.line_num + 1
    except csv.Error:
        raise InvalidItem(Fault.NOT_CSV).within(Fault.IN_LINE, number=first) from None


def separator_of(text: str) -> str:
    """Return the first of tab, semicolon and comma that stands in the header."""
    header = text.partition("\n")[0]
    return next((each for each in SEPARATORS if each in header), ",")


def column_of(cell: str) -> str:
    """Return the name of a column as it is compared."""
    return cell.strip().strip('"').strip("\ufeff").lower()


def check_columns(header: Sequence[str], columns: Collection[str]) -> None:
    """Raise InvalidItem for a column of a header that is unknown or there twice."""
    if unknown := [column for column in header if column and column not in columns]:
        known = ", ".join(sorted(columns))
        raise InvalidItem(Fault.UNKNOWN_COLUMN, name=unknown[0][:40], known=known).within(
            Fault.IN_LINE, number=1
        )
    if twice := [column for column in header if column and header.count(column) > 1]:
        raise InvalidItem(Fault.COLUMN_TWICE, name=twice[0]).within(Fault.IN_LINE, number=1)


def _rows(header: Sequence[str], rows: Iterable[tuple[int, list[str]]], name: str) -> Iterator[TableRow]:
    for line, cells in rows:
        if any(cell.strip() for cell in cells):
            yield TableRow(line, _cells(header, cells, f"{name} line {line}"))


def _cells(header: Sequence[str], cells: Sequence[str], where: str) -> dict[str, str]:
    if any(cell.strip() for cell in cells[len(header) :]):
        raise Unreadable(f"{where}: it has {len(cells)} cells for {len(header)} columns")
    pairs = zip(header, cells, strict=False)
    found = {column: " ".join(cell.split()) for column, cell in pairs if column and cell.strip()}
    if broken := [column for column, cell in found.items() if not cell.isprintable()]:
        raise Unreadable(f"{where}, column {broken[0]}: it has characters that nobody can see; remove them")
    return found
