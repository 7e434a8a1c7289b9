"""Writes JSON Lines: one object per image, with all that Kenpin knows of it."""

from collections.abc import Iterator

from kenpin.exporting.exported import Export, ExportedDefect, ExportedImage, Part, Piece
from kenpin.exporting.layout import json_bytes


def write(export: Export) -> Iterator[Piece]:
    """`images.jsonl`, `images/` and the stored masks in `masks/`."""
    for image in export.images:
        yield f"images/{image.name}", image
        masks = [defect.mask for defect in image.defects]
        names = [f"masks/{image.stem}-{n}.png" if mask else None for n, mask in enumerate(masks, 1)]
        for name, mask in zip(names, masks, strict=True):
            if name and mask:
                yield name, mask()
        defects = [_defect(*pair) for pair in zip(image.defects, names, strict=True)]
        yield "images.jsonl", Part(json_bytes(_line(image, defects)) + b"\n")


def _line(image: ExportedImage, defects: list[dict[str, object]]) -> dict[str, object]:
    line: dict[str, object] = {
        "file": f"images/{image.name}",
        "verdict": image.verdict,
        "defects": defects,
        "split": image.split,
        "group": image.group,
        "capture": dict(image.capture),
    }
    return {name: value for name, value in line.items() if value}


def _defect(defect: ExportedDefect, mask: str | None) -> dict[str, object]:
    line: dict[str, object] = {
        "class": defect.class_name,
        "box": defect.box,
        "polygon": defect.polygon,
        "mask": mask,
    }
    return {name: value for name, value in line.items() if value}
