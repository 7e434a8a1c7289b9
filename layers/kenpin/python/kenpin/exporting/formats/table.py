"""Writes CSV: one row per defect, or one per image without a defect, with all that Kenpin knows of it."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Final

from kenpin.domain.dataset.values import Capture
from kenpin.exporting.exported import Export, ExportedDefect, ExportedImage, Part, Piece
from kenpin.exporting.layout import number
from kenpin.pictures.outline import Outline

CAPTURE: Final = Capture.__struct_fields__
COLUMNS: Final = (
    *("file", "verdict", "class", "x", "y", "width", "height", "polygon", "mask", "split", "group"),
    *CAPTURE,
)


def write(export: Export) -> Iterator[Piece]:
    """`images.csv` (UTF-8 with a byte-order mark, for spreadsheets), `images/` and the stored masks in `masks/`."""
    yield "images.csv", Part("\ufeff".encode() + csv_line(COLUMNS))
    for image in export.images:
        yield f"images/{image.name}", image
        for number_of_defect, defect in enumerate(image.defects or (None,), 1):
            mask = f"masks/{image.stem}-{number_of_defect}.png" if defect and defect.mask else ""
            if defect and defect.mask:
                yield mask, defect.mask()
            yield "images.csv", Part(csv_line(row(image, defect, mask)))


def csv_line(cells: Sequence[str]) -> bytes:
    line = StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue().encode()


def row(image: ExportedImage, defect: ExportedDefect | None, mask: str) -> list[str]:
    """Return the cells of one defect, in the order of COLUMNS; without a defect its cells are empty."""
    box = [number(value) for value in defect.box] if defect and defect.box else [""] * 4
    return [
        f"images/{image.name}",
        image.verdict or "",
        defect.class_name if defect else "",
        *box,
        polygon_text(defect.polygon) if defect and defect.polygon else "",
        mask,
        image.split or "",
        image.group,
        *(image.capture.get(name) or "" for name in CAPTURE),
    ]


def polygon_text(polygon: Outline) -> str:
    """`x,y;x,y;…`"""
    return ";".join(f"{number(x)},{number(y)}" for x, y in polygon)
