"""Writes CVAT for images 1.1: one XML file with boxes, polygons and masks; verdicts are tags."""

from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from kenpin.exporting.exported import Export, ExportedDefect, ExportedImage, Part, Piece
from kenpin.exporting.layout import label_names, number
from kenpin.exporting.masks import box_of, marked, runs_of

FILE: Final = "annotations.xml"


def write(export: Export) -> Iterator[Piece]:
    """`annotations.xml` and `images/`."""
    yield FILE, Part(_head(export).encode())
    for place, image in enumerate(export.images):
        yield f"images/{image.name}", image
        yield FILE, Part(_image(image, place).encode())
    yield FILE, Part(b"</annotations>\n")


def _head(export: Export) -> str:
    labels = "".join(
        f"<label><name>{escape(name)}</name><attributes></attributes></label>" for name in label_names(export)
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<annotations>
<version>1.1</version>
<meta><task><name>{escape(export.dataset_id)}</name><labels>{labels}</labels></task></meta>
"""


def _image(image: ExportedImage, place: int) -> str:
    tags = [
        *([image.verdict] if image.verdict else []),
        *(d.class_name for d in image.defects if not _has_place(d)),
    ]
    subset = f' subset="{image.split}"' if image.split else ""
    parts = [
        f'<image id="{place}" name={quoteattr(image.name)}{subset} width="{image.width}" height="{image.height}">',
        *(f'<tag label={quoteattr(tag)} source="manual"></tag>' for tag in tags),
        *(_shape(image, defect) for defect in image.defects if _has_place(defect)),
        "</image>",
    ]
    return "\n".join(parts) + "\n"


def _has_place(defect: ExportedDefect) -> bool:
    return bool(defect.box or defect.polygon or defect.mask)


def _shape(image: ExportedImage, defect: ExportedDefect) -> str:
    common = f'label={quoteattr(defect.class_name)} source="manual" occluded="0" z_order="0"'
    if defect.mask:
        return _mask(image, defect, common)
    if defect.polygon:
        points = ";".join(f"{number(x)},{number(y)}" for x, y in defect.polygon)
        return f'<polygon {common} points="{points}"></polygon>'
    x, y, width, height = defect.box or (0, 0, 0, 0)
    ends = {"xtl": x, "ytl": y, "xbr": x + width, "ybr": y + height}
    place = " ".join(f'{name}="{number(value)}"' for name, value in ends.items())
    return f"<box {common} {place}></box>"


def _mask(image: ExportedImage, defect: ExportedDefect, common: str) -> str:
    """Return the runs of pixels, along the rows of the box around them."""
    pixels = marked(image, defect)
    left, top, width, height = map(int, box_of(pixels) or (0, 0, 1, 1))
    runs = runs_of(pixels[top : top + height, left : left + width].ravel())
    text = ", ".join(map(str, runs))
    box = f'left="{left}" top="{top}" width="{width}" height="{height}"'
    return f'<mask {common} rle="{text}" {box}></mask>'
