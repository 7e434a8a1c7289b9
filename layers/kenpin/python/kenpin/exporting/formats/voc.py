"""Writes Pascal VOC: an XML file per image with the box of each defect, and a list of images per split."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from kenpin.exporting.exported import Box, Export, ExportedImage, Part, Piece
from kenpin.exporting.layout import folder_of, is_clear, number
from kenpin.exporting.masks import place_of


def write(export: Export) -> Iterator[Piece]:
    """`JPEGImages/`, `Annotations/` and `ImageSets/Main/<split>.txt`. Coordinates begin at 0."""
    for image in filter(is_clear, export.images):
        yield f"JPEGImages/{image.name}", image
        yield f"Annotations/{image.stem}.xml", _annotation(image).encode()
        yield f"ImageSets/Main/{folder_of(image)}.txt", Part(f"{image.stem}\n".encode())


def _annotation(image: ExportedImage) -> str:
    placed = ((defect.class_name, place_of(image, defect)) for defect in image.defects)
    objects = "".join(_object(name, place) for name, place in placed if place)
    return f"""<annotation>
  <folder>JPEGImages</folder>
  <filename>{escape(image.name)}</filename>
  <size><width>{image.width}</width><height>{image.height}</height><depth>3</depth></size>
  <segmented>0</segmented>
{objects}</annotation>
"""


def _object(class_name: str, place: Box) -> str:
    x, y, width, height = place
    ends = {"xmin": x, "ymin": y, "xmax": x + width, "ymax": y + height}
    box = "".join(f"<{name}>{number(value)}</{name}>" for name, value in ends.items())
    return f"""  <object>
    <name>{escape(class_name)}</name>
    <pose>Unspecified</pose><truncated>0</truncated><difficult>0</difficult>
    <bndbox>{box}</bndbox>
  </object>
"""
