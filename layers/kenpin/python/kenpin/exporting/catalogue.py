"""The formats of exports, by the names that people choose them by, and what each of them cannot carry."""

from collections.abc import Mapping
from importlib import import_module
from typing import Final, cast

from msgspec import Struct

from kenpin.exporting.exported import WritePieces
from kenpin.exporting.losses import Effect, Fact

Effects = Mapping[Fact, Effect]


class ExportFormat(Struct, frozen=True):
    """A format: its name for people, the module of its writer, and the effect on each fact that it cannot carry."""

    title: str
    module: str
    effects: Effects = {}

    @property
    def write(self) -> WritePieces:
        """The writer. Its module is imported here: those who only ask what is lost need no numpy."""
        return cast("WritePieces", import_module(f"kenpin.exporting.formats.{self.module}").write)


ABOUT_IMAGES: Final[Effects] = {"captures": "without", "groups": "without"}
SHAPES_ALONE: Final[Effects] = {
    "ok": "without_verdict",
    "hold": "left_out",
    "unjudged": "left_out",
    "unplaced_images": "left_out",
    "unplaced": "left_out",
    **ABOUT_IMAGES,
}
"""Of formats in which an image without a shape is a good one."""
BOXES_ALONE: Final[Effects] = {**SHAPES_ALONE, "polygons": "as_box", "masks": "as_box"}
POLYGONS_ALONE: Final[Effects] = {**SHAPES_ALONE, "boxes": "as_polygon", "masks": "as_polygon"}
FOLDERS: Final[Effects] = {
    "hold": "left_out",
    "unjudged": "left_out",
    "ng_in_training": "as_test",
    "several_classes": "as_combined",
    "unassigned": "as_train",
    "boxes": "as_mask",
    "polygons": "as_mask",
    **ABOUT_IMAGES,
}
"""Of MVTec AD, which has no place for an NG image but `test`."""
MANIFEST: Final[Effects] = {
    "hold": "as_unjudged",
    "unplaced": "left_out",
    "polygons": "as_mask",
    **ABOUT_IMAGES,
}

FORMATS: Final[Mapping[str, ExportFormat]] = {
    "coco": ExportFormat("COCO", "coco", SHAPES_ALONE),
    "yolo": ExportFormat("YOLO detection", "yolo", BOXES_ALONE),
    "yolo-segmentation": ExportFormat("YOLO segmentation", "yolo_segmentation", POLYGONS_ALONE),
    "voc": ExportFormat("Pascal VOC", "voc", BOXES_ALONE),
    "mvtec": ExportFormat("MVTec AD", "mvtec", FOLDERS),
    "cvat": ExportFormat("CVAT for images 1.1", "cvat", ABOUT_IMAGES),
    "datumaro": ExportFormat("Datumaro", "datumaro"),
    "labelme": ExportFormat("labelme", "labelme", {"unplaced": "left_out", **ABOUT_IMAGES}),
    "csv": ExportFormat("CSV", "table"),
    "jsonl": ExportFormat("JSON Lines", "json_lines"),
    "lookout": ExportFormat("Lookout manifest", "lookout", MANIFEST),
    "croissant": ExportFormat("Croissant 1.1", "croissant"),
}
