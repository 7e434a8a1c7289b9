"""Names the files of a folder that look like annotations and cannot be read, and why."""

import csv
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Final

from kenpin.importing.entry import Problem, problem_of
from kenpin.importing.faults import Fault, InvalidItem
from kenpin.importing.tables import column_of, separator_of
from kenpin.importing.texts import json_in, text_in, xml_in
from kenpin.importing.tree import Tree

MAX_NAMED: Final = 80


def unread_annotations(tree: Tree) -> Iterator[Problem]:
    """Yield a problem for each table without a column `file`, and for each damaged table, JSON and XML."""
    for path in tree.paths():
        if check := CHECKS.get(PurePosixPath(path).suffix.lower()):
            try:
                check(tree, path)
            except InvalidItem as bad:
                yield problem_of(path, bad.within(Fault.NOT_READ_AS_ANNOTATIONS))


def _check_table(tree: Tree, path: str) -> None:
    header = text_in(tree, path).partition("\n")[0]
    try:
        columns = next(csv.reader([header], delimiter=separator_of(header)), [])
    except csv.Error:
        raise InvalidItem(Fault.NOT_CSV).within(Fault.IN_LINE, number=1) from None
    if "file" not in map(column_of, columns):
        named = ", ".join(cell.strip() for cell in columns)[:MAX_NAMED]
        raise InvalidItem(Fault.NO_FILE_COLUMN, columns=named) if named else InvalidItem(Fault.NO_COLUMNS)


CHECKS: Final[dict[str, Callable[[Tree, str], object]]] = {
    ".csv": _check_table,
    ".tsv": _check_table,
    ".json": json_in,
    ".xml": xml_in,
}
"""The check of each suffix; it raises InvalidItem."""
