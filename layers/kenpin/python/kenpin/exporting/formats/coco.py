"""Writes COCO instances: a JSON file per split, with boxes, polygons and masks as runs."""

from collections.abc import Iterator

from kenpin.exporting.exported import Export, ExportedDefect, ExportedImage, Part, Piece
from kenpin.exporting.layout import folder_of, is_clear, json_bytes
from kenpin.exporting.masks import box_of, marked, place_of, runs_of


def write(export: Export) -> Iterator[Piece]:
    """`annotations/instances_<split>.json` and `images/<split>/`. The images are read twice."""
    class_ids = {name: number for number, name in enumerate(export.classes, 1)}
    files = dict[str, int]()
    for number, image in enumerate(filter(is_clear, export.images), 1):
        file = _file_of(image)
        yield f"images/{folder_of(image)}/{image.name}", image
        yield file, Part(b"," if file in files else _head(export))
        yield file, Part(b"\n" + json_bytes(_image(image, number)))
        files[file] = 0
    for file in files:
        yield file, Part(b'],\n"annotations":[')
    written = 0
    for number, image in enumerate(filter(is_clear, export.images), 1):
        file = _file_of(image)
        for shape in _shapes(image):
            written += 1
            line = {
                "id": written,
                "image_id": number,
                "category_id": class_ids[shape.class_name],
                "iscrowd": 0,
            }
            yield file, Part((b",\n" if files[file] else b"\n") + json_bytes(line | _place(image, shape)))
            files[file] += 1
    for file in files:
        yield file, Part(b"]}\n")


def _file_of(image: ExportedImage) -> str:
    return f"annotations/instances_{folder_of(image)}.json"


def _head(export: Export) -> bytes:
    info = {"description": f"{export.dataset_id} at version {export.version}", "version": str(export.version)}
    categories = [
        {"id": number, "name": name, "supercategory": ""} for number, name in enumerate(export.classes, 1)
    ]
    head = json_bytes({"info": info, "licenses": [], "categories": categories})
    return head.removesuffix(b"}") + b',\n"images":['


def _image(image: ExportedImage, number: int) -> dict[str, object]:
    return {"id": number, "file_name": image.name, "width": image.width, "height": image.height}


def _shapes(image: ExportedImage) -> list[ExportedDefect]:
    return [defect for defect in image.defects if defect.box or defect.polygon or defect.mask]


def _place(image: ExportedImage, defect: ExportedDefect) -> dict[str, object]:
    if defect.mask:
        pixels = marked(image, defect)
        runs = {"size": [image.height, image.width], "counts": runs_of(pixels.ravel(order="F"))}
        return {"segmentation": runs, "bbox": box_of(pixels) or (0, 0, 0, 0), "area": int(pixels.sum())}
    box = place_of(image, defect) or (0, 0, 0, 0)
    if defect.polygon:
        flat = [value for corner in defect.polygon for value in corner]
        return {"segmentation": [flat], "bbox": box, "area": _area(defect.polygon)}
    return {"segmentation": [], "bbox": box, "area": box[2] * box[3]}


def _area(polygon: tuple[tuple[float, float], ...]) -> float:
    """Return the area by the shoelace formula."""
    sides = zip(polygon, (*polygon[1:], polygon[0]), strict=True)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in sides)) / 2
