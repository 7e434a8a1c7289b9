"""A small export with every kind of image and defect, and the files that a writer makes of one."""

from collections.abc import Iterable

import numpy as np

from kenpin.exporting.catalogue import FORMATS
from kenpin.exporting.exported import Export, ExportedDefect, ExportedImage, Part
from kenpin.pictures.bit_png import bit_png

CLASSES = ("欠け", "chip & <dent>", "stain")
WIDTH, HEIGHT = 12, 8
PICTURES = {name: f"bytes of {name}".encode() for name in ("a.png", "b.png", "c.png", "d.png", "e.png")}


def mask() -> bytes:
    """A ring of 3 × 3 pixels from (4, 2)."""
    pixels = np.zeros((HEIGHT, WIDTH), np.bool_)
    pixels[2:5, 4:7] = True
    pixels[3, 5] = False
    return bit_png(pixels)


SHAPES = (
    ExportedDefect("欠け", box=(1.0, 2.0, 3.5, 4.0)),
    ExportedDefect("chip & <dent>", polygon=((0.0, 0.0), (3.0, 0.0), (3.0, 3.0))),
    ExportedDefect("stain", mask=mask),
    ExportedDefect("stain"),
)


def image(name: str, **known: object) -> ExportedImage:
    given: dict[str, object] = {
        "image_id": name[0] * 64,
        "name": name,
        "width": WIDTH,
        "height": HEIGHT,
        "size": len(PICTURES.get(name, b"")),
        "media_type": "image/png",
    }
    return ExportedImage(**given | known)  # type: ignore[arg-type]  # the fields vary


IMAGES = (
    image("a.png", verdict="NG", split="train", group="part 7", defects=SHAPES, capture={"line": "L1"}),
    image("b.png", verdict="OK", split="test"),
    image("c.png", verdict="HOLD", split="validation"),
    image("d.png"),
    image("e.png", verdict="NG", split="test", defects=(ExportedDefect("stain"),)),
)


def written(format: str, images: Iterable[ExportedImage] = IMAGES) -> dict[str, bytes]:
    """Return the files of an export by path."""
    files: dict[str, bytes] = {}
    for path, content in FORMATS[format].write(Export("cookies", 7, CLASSES, list(images))):
        match content:
            case Part(content=more):
                files[path] = files.get(path, b"") + more
            case ExportedImage(name=name):
                assert path not in files
                files[path] = PICTURES[name]
            case _:
                assert path not in files
                files[path] = content
    return files
