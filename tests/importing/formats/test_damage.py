"""Damaged annotation files: every reader answers with entries and problems, or says that the source is unreadable."""

import os
import random
from collections.abc import Iterator
from types import ModuleType

import numpy as np
import pytest

from kenpin.importing.entry import Problem, SourceEntry, Unreadable
from kenpin.importing.faults import InvalidItem
from kenpin.importing.formats import (
    coco,
    csv_manifest,
    cvat,
    datumaro,
    jsonl_manifest,
    label_studio,
    labelme,
    lookout_manifest,
    voc,
    yolo,
)
from kenpin.importing.mask import png_of
from kenpin.importing.tree import MemoryTree
from tests.importing.formats import (
    test_coco,
    test_json_formats,
    test_own_manifests,
    test_xml_formats,
    test_yolo,
)
from tests.importing.readers import png, tree_of

INPUTS = int(os.environ.get("KENPIN_DAMAGED_FILES", "40"))
"""Damaged files of each format: KENPIN_DAMAGED_FILES=600 tries 6,000 files together."""
LINE = (
    '{"source-ref": "a.png", "m-ref": "m.png", "b": {"annotations": [{"class_id": 0, "left": 1, "top": 1,'
    ' "width": 2, "height": 2}]}, "b-metadata": {"class-map": {"0": "dent"}, "type": "groundtruth/object-detection"},'
    ' "m-ref-metadata": {"type": "groundtruth/semantic-segmentation", "internal-color-map":'
    ' {"1": {"class-name": "dent", "hex-color": "#ff0000"}}}}\n'
)
PACKED = test_json_formats.packed(np.repeat(np.arange(48, dtype=np.uint8) * 5, 4))
BRUSH = {
    **test_json_formats.region("brushlabels", format="rle", rle=PACKED),
    "original_width": 8,
    "original_height": 6,
}
RUNS = {"counts": [6, 12, 30], "size": [6, 8]}
FILES: dict[str, tuple[ModuleType, str]] = {
    "coco.json": (
        coco,
        test_coco.document(test_coco.annotation(), test_coco.annotation(2, segmentation=RUNS)),
    ),
    "a.txt": (yolo, "0 0.5 0.5 0.5 0.5\n1 0.68 0.48 0.67 0.48 0.67 0.48\n"),
    "data.yaml": (yolo, test_yolo.YAML),
    "a.xml": (voc, test_xml_formats.VOC.replace("000001.jpg", "a.png")),
    "annotations.xml": (cvat, test_xml_formats.CVAT),
    "default.json": (
        datumaro,
        test_json_formats.datumaro_file({"id": 0, "type": "bbox", "label_id": 1, "bbox": [1, 2, 3, 4]}),
    ),
    "a.json": (labelme, test_json_formats.labelme_file({"points": test_json_formats.TRIANGLE})),
    "tasks.json": (
        label_studio,
        test_json_formats.task(
            test_json_formats.region("rectanglelabels", **test_json_formats.PERCENT),
            BRUSH,
        ),
    ),
    "t.csv": (csv_manifest, test_own_manifests.HEADER + "a.png,NG,chip,1,2,3,4,,,test,,L1\nb.png,OK\n"),
    "t.jsonl": (
        jsonl_manifest,
        '{"file": "a.png", "defects": [{"class": "chip", "box": [1, 2, 3, 4]}]}\n' * 2,
    ),
    "t.manifest": (lookout_manifest, LINE * 2),
}


def damaged(content: bytes, count: int, chance: random.Random) -> Iterator[bytes]:
    """Yield copies with one byte changed, left out or doubled, and copies that end too early."""
    for number in range(count):
        at = chance.randrange(len(content))
        byte = bytes([chance.randrange(256)])
        yield (
            content[:at] + byte + content[at + 1 :],
            content[:at] + content[at + 1 :],
            content[: at + 1] + content[at:],
            content[:at],
        )[number % 4]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_never_stops_a_reader(name: str) -> None:
    reader, text = FILES[name]
    others = {"data.yaml": test_yolo.YAML, "a.txt": "0 .5 .5 .5 .5"} if reader is yolo else {}
    for content in damaged(text.encode(), INPUTS, random.Random(name)):
        source = tree_of("a.png b.png", {"m.png": png(), **others, name: content})
        reader.recognises(source)
        try:
            found = list(reader.read(source))
        except Unreadable:
            continue
        assert all(isinstance(each, Problem | SourceEntry) for each in found)
        for each in found:
            if isinstance(each, SourceEntry):
                make_masks(source, each)


def make_masks(source: MemoryTree, entry: SourceEntry) -> None:
    for shape in entry.defects:
        if shape.mask:
            try:
                png_of(source, shape.mask, (8, 6))
            except InvalidItem:
                continue


@pytest.mark.parametrize("name", FILES)
def test_the_whole_file_is_read(name: str) -> None:
    reader, text = FILES[name]
    others = {"data.yaml": test_yolo.YAML, "a.txt": "0 .5 .5 .5 .5"} if reader is yolo else {}
    files: dict[str, bytes | str] = {"m.png": png(), **others, name: text}
    assert any(
        isinstance(each, SourceEntry) and each.defects for each in reader.read(tree_of("a.png b.png", files))
    )
