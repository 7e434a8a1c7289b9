"""Writes manifests of Amazon Lookout for Vision and SageMaker Ground Truth: one JSON object per image."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Final

import numpy as np
from PIL import Image

from kenpin.exporting.exported import Export, ExportedDefect, ExportedImage, Part, Piece
from kenpin.exporting.layout import folder_of, json_bytes
from kenpin.exporting.masks import marked

BACKGROUND: Final = (255, 255, 255)
STEPS: Final = (0, 51, 102, 153, 204, 255)
COLOURS: Final = [
    colour
    for colour in (
        (STEPS[n * 37 % 6], STEPS[n * 37 // 6 % 6], STEPS[n * 37 // 36 % 6]) for n in range(1, 216)
    )
    if colour != BACKGROUND
]
"""Colours that stay apart when a mask is smoothed a little; 37 spreads those of the first classes."""
Json = dict[str, object]


def write(export: Export) -> Iterator[Piece]:
    """`<split>.manifest`, `images/`, and `masks/` with a colour per class."""
    for image in export.images:
        yield f"images/{image.name}", image
        line: Json = {"source-ref": f"images/{image.name}"}
        if image.verdict in ("OK", "NG"):
            line |= _verdict(image)
        if boxes := [defect for defect in image.defects if defect.box and not _has_pixels(defect)]:
            line |= _boxes(image, boxes)
        if areas := [defect for defect in image.defects if _has_pixels(defect)]:
            classes = list(dict.fromkeys(defect.class_name for defect in areas))
            yield f"masks/{image.stem}.png", _colour_mask(image, areas, classes)
            line |= _mask(image, classes)
        yield f"{folder_of(image)}.manifest", Part(json_bytes(line) + b"\n")


def _has_pixels(defect: ExportedDefect) -> bool:
    return bool(defect.mask or defect.polygon)


def _verdict(image: ExportedImage) -> Json:
    """Return the label `anomaly`, or the class of an image whose only defect has no place."""
    name = "normal" if image.verdict == "OK" else "anomaly"
    match image.defects:
        case [ExportedDefect(class_name=only, box=None, polygon=None, mask=None)]:
            name = only
    metadata = _metadata(image, "image-classification") | {"class-name": name, "confidence": 1.0}
    return {"anomaly-label": int(image.verdict == "NG"), "anomaly-label-metadata": metadata}


def _boxes(image: ExportedImage, defects: Sequence[ExportedDefect]) -> Json:
    classes = list(dict.fromkeys(defect.class_name for defect in defects))
    boxes = []
    for defect in defects:
        left, top, width, height = defect.box or (0, 0, 0, 0)
        place = {"left": left, "top": top, "width": width, "height": height}
        boxes.append({"class_id": classes.index(defect.class_name), **place})
    metadata = _metadata(image, "object-detection") | {
        "class-map": {str(number): name for number, name in enumerate(classes)},
        "objects": [{"confidence": 1.0} for _ in defects],
    }
    size = {"width": image.width, "height": image.height, "depth": 3}
    return {"defect-box": {"image_size": [size], "annotations": boxes}, "defect-box-metadata": metadata}


def _mask(image: ExportedImage, classes: Sequence[str]) -> Json:
    colours = [("BACKGROUND", BACKGROUND), *zip(classes, COLOURS, strict=False)]
    colour_map = {
        str(number): {
            "class-name": name,
            "hex-color": "#{:02x}{:02x}{:02x}".format(*colour),
            "confidence": 1.0,
        }
        for number, (name, colour) in enumerate(colours)
    }
    metadata = _metadata(image, "semantic-segmentation") | {"internal-color-map": colour_map}
    return {"anomaly-mask-ref": f"masks/{image.stem}.png", "anomaly-mask-ref-metadata": metadata}


def _metadata(image: ExportedImage, kind: str) -> Json:
    return {
        "type": f"groundtruth/{kind}",
        "job-name": "kenpin",
        "human-annotated": "yes",
        "creation-date": image.judged_at,
    }


def _colour_mask(image: ExportedImage, defects: Sequence[ExportedDefect], classes: Sequence[str]) -> bytes:
    """Return the mask as PNG. Where two defects overlap, the later one is seen."""
    canvas = np.full((image.height, image.width, 3), 255, np.uint8)
    for defect in defects:
        canvas[marked(image, defect)] = COLOURS[classes.index(defect.class_name)]
    out = BytesIO()
    Image.fromarray(canvas).save(out, "PNG", optimize=True)
    return out.getvalue()
