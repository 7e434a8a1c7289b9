"""Reads Kenpin's own CSV manifest: a row per defect, or one for an image without any.

Columns: file, verdict, class, x, y, width, height, polygon, mask, split, group, and the fields of a capture.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from kenpin.importing.entry import DefectShape, MaskFile, Problem, SourceEntry
from kenpin.importing.faults import Fault, InvalidItem, part_of
from kenpin.importing.formats.manifest_row import CAPTURE, ManifestRow, entry_of, image_of
from kenpin.importing.gathering import attempt, read_files
from kenpin.importing.image_index import ImageIndex
from kenpin.importing.json_values import number_from, points_of
from kenpin.importing.tables import check_columns, column_of, rows_of, separator_of
from kenpin.importing.texts import decoded, head_of, text_in
from kenpin.importing.tree import Tree

TITLE = "CSV manifest"
BOX: Final = ("x", "y", "width", "height")
COLUMNS: Final = {
    *("file", "verdict", "class", *BOX, "polygon", "mask", "split", "group"),
    *CAPTURE,
}
Row = dict[str, str]


def recognises(tree: Tree) -> bool:
    return any(True for _ in _files(tree))


def read(tree: Tree) -> Iterator[SourceEntry | Problem]:
    """Yield one entry per image that a row names. The word of `verdict` is left to the plan."""
    return read_files(tree, _files(tree), _entries)


def _files(tree: Tree) -> Iterator[str]:
    """A table without verdict and class is one of capture conditions."""
    for path in tree.paths():
        if path.lower().endswith((".csv", ".tsv")):
            first_line = _first_line(head_of(tree, path))
            columns = {column_of(name) for name in first_line.split(separator_of(first_line))}
            if "file" in columns and columns & {"verdict", "class"}:
                yield path


def _first_line(head: bytes) -> str:
    """Return the first line, also of text in an encoding that is refused: columns are named in ASCII."""
    try:
        return decoded(head).partition("\n")[0]
    except InvalidItem:
        return head.partition(b"\n")[0].decode("ascii", "replace")


def _entries(tree: Tree, path: str, images: ImageIndex) -> Iterator[SourceEntry | Problem]:
    rows = rows_of(text_in(tree, path))
    header = [column_of(name) for name in next(rows, (1, []))[1]]
    check_columns(header, COLUMNS)
    for line, cells in rows:
        if any(cell.strip() for cell in cells):
            place = part_of(Fault.IN_LINE, number=line)
            yield attempt(path, images, partial(_entry, header, cells, path, images), place)


def _entry(header: Sequence[str], cells: Sequence[str], path: str, images: ImageIndex) -> SourceEntry:
    return entry_of(_row(header, cells, path, images))


def _row(header: Sequence[str], cells: Sequence[str], path: str, images: ImageIndex) -> ManifestRow:
    row = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name}
    if not row.get("file"):
        raise InvalidItem(Fault.FILE_EMPTY)
    image = image_of(row["file"], row.get("split", ""), path, images)
    if any(cell.strip() for cell in cells[len(header) :]):
        raise InvalidItem(Fault.MANY_CELLS, count=len(cells), columns=len(header))
    defect = _defect(row, path, images)
    return ManifestRow(
        path=image,
        verdict=row.get("verdict", ""),
        defects=(defect,) if defect else (),
        split=row.get("split", ""),
        group=row.get("group", ""),
        capture={name: row[name] for name in CAPTURE if row.get(name)},
    )


def _defect(row: Row, path: str, images: ImageIndex) -> DefectShape | None:
    name = row.get("class", "")
    place = [key for key in (*BOX, "polygon", "mask") if row.get(key)]
    if not name:
        if place:
            raise InvalidItem(Fault.VALUE_WITHOUT_CLASS, name=place[0])
        return None
    if row.get("mask"):
        return DefectShape(name, mask=MaskFile(images.find(row["mask"], path)))
    if row.get("polygon"):
        numbers = [number_from(n, "polygon") for pair in row["polygon"].split(";") for n in pair.split(",")]
        return DefectShape(name, polygon=points_of(numbers, "polygon"))
    return DefectShape(name, box=_box(row) if place else None)


def _box(row: Row) -> tuple[float, float, float, float]:
    x, y, width, height = (number_from(row.get(key, ""), key) for key in BOX)
    return x, y, width, height
