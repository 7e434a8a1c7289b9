"""Writes YOLO detection: a text file per image with the class and the relative box of each defect."""

import json
from collections.abc import Callable, Iterator

from kenpin.exporting.exported import Export, ExportedDefect, ExportedImage, Piece
from kenpin.exporting.layout import folder_of, is_clear
from kenpin.exporting.masks import place_of

Lines = Callable[[ExportedImage, ExportedDefect], list[list[float]]]
"""Returns the numbers of each line of a defect: shares of the image's width and height in turn."""


def write(export: Export) -> Iterator[Piece]:
    """`data.yaml`, `images/<split>/` and `labels/<split>/`; a good image has an empty label file."""
    return write_labels(export, _box)


def write_labels(export: Export, lines: Lines) -> Iterator[Piece]:
    class_ids = {name: number for number, name in enumerate(export.classes)}
    folders = dict[str, None]()
    for image in filter(is_clear, export.images):
        folder = folder_of(image)
        folders[folder] = None
        yield f"images/{folder}/{image.name}", image
        labels = [
            f"{class_ids[defect.class_name]} {' '.join(f'{value:.10g}' for value in values)}\n"
            for defect in image.defects
            for values in lines(image, defect)
        ]
        yield f"labels/{folder}/{image.stem}.txt", "".join(labels).encode()
    yield "data.yaml", _description(export, list(folders))


def _box(image: ExportedImage, defect: ExportedDefect) -> list[list[float]]:
    if (place := place_of(image, defect)) is None:
        return []
    x, y, width, height = place
    across, down = image.width, image.height
    return [[(x + width / 2) / across, (y + height / 2) / down, width / across, height / down]]


def _description(export: Export, folders: list[str]) -> bytes:
    """Return the YAML; strings are quoted as in JSON, which YAML reads."""
    lines = [
        f"# {export.dataset_id} at version {export.version}",
        "path: .",
        *(f"{folder}: images/{folder}" for folder in folders),
        "names:" if export.classes else "names: {}",
        *(
            f"  {number}: {json.dumps(name, ensure_ascii=False)}"
            for number, name in enumerate(export.classes)
        ),
    ]
    return ("\n".join(lines) + "\n").encode()
