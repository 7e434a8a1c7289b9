"""Writes Datumaro: a JSON file per split with boxes, polygons and masks; verdicts are labels, groups attributes."""

from collections.abc import Iterator, Mapping, Sequence

from kenpin.exporting.exported import Export, ExportedDefect, ExportedImage, Part, Piece
from kenpin.exporting.layout import folder_of, json_bytes, label_names
from kenpin.exporting.masks import marked, runs_of


def write(export: Export) -> Iterator[Piece]:
    """`annotations/<split>.json` and `images/<split>/`."""
    labels = label_names(export)
    label_ids = {name: number for number, name in enumerate(labels)}
    files = dict[str, None]()
    for image in export.images:
        file = f"annotations/{folder_of(image)}.json"
        yield f"images/{folder_of(image)}/{image.name}", image
        yield file, Part(b"," if file in files else _head(export, labels))
        yield file, Part(b"\n" + json_bytes(_item(image, label_ids)))
        files[file] = None
    for file in files:
        yield file, Part(b"]}\n")


def _head(export: Export, names: Sequence[str]) -> bytes:
    labels = [{"name": name, "parent": "", "attributes": []} for name in names]
    categories = {"label": {"labels": labels, "attributes": []}}
    info = {"dataset": export.dataset_id, "version": export.version}
    head = json_bytes({"info": info, "categories": categories})
    return head.removesuffix(b"}") + b',\n"items":['


def _item(image: ExportedImage, label_ids: Mapping[str, int]) -> dict[str, object]:
    labels: list[tuple[str, dict[str, object]]] = [
        (defect.class_name, _place(image, defect)) for defect in image.defects
    ]
    if image.verdict:
        labels.insert(0, (image.verdict, {"type": "label"}))
    attributes = {"group": image.group, **image.capture}
    return {
        "id": image.stem,
        "annotations": [
            {"id": number, "group": 0, "attributes": {}, "label_id": label_ids[name], **place}
            for number, (name, place) in enumerate(labels)
        ],
        "attr": {name: value for name, value in attributes.items() if value},
        "image": {"path": image.name, "size": [image.height, image.width]},
    }


def _place(image: ExportedImage, defect: ExportedDefect) -> dict[str, object]:
    if defect.mask:
        counts = compressed(runs_of(marked(image, defect).ravel(order="F")))
        return {"type": "mask", "z_order": 0, "rle": {"counts": counts, "size": [image.height, image.width]}}
    if defect.polygon:
        points = [value for corner in defect.polygon for value in corner]
        return {"type": "polygon", "z_order": 0, "points": points}
    if defect.box:
        return {"type": "bbox", "z_order": 0, "bbox": defect.box}
    return {"type": "label"}


def compressed(runs: list[int]) -> str:
    """Return runs as text in COCO's compressed form: from the fourth on the difference to the last but one.

    Each number has five bits a character, the lowest first, a bit for another one to follow, and 48 added
    (https://github.com/cocodataset/cocoapi/blob/master/common/maskApi.c, rleToString).
    """
    text = ""
    for place, run in enumerate(runs):
        rest, more = run - runs[place - 2] if place > 2 else run, True
        while more:
            bits, rest = rest & 31, rest >> 5
            more = rest != (-1 if bits & 16 else 0)
            text += chr((bits | 32 if more else bits) + 48)
    return text
