"""Round trips: what a writer wrote, the reader of the same format reads again, with what it said is lost."""

from functools import partial
from importlib import import_module
from zoneinfo import ZoneInfo

import pytest

from kenpin.exporting.exported import ExportedDefect, ExportedImage
from kenpin.importing.answers import Answers
from kenpin.importing.entry import DefectShape, SourceEntry
from kenpin.importing.mask import png_of
from kenpin.importing.plan import meanings, plan_of
from kenpin.importing.recognise import recognise
from kenpin.importing.tree import MemoryTree, Tree
from tests.exporting.sample import CLASSES, HEIGHT, PICTURES, WIDTH, image, mask, written

CHIP, DENT, STAIN = CLASSES
BOX = (CHIP, "box", (1, 2, 3.5, 4))
POLYGON = (DENT, "polygon", (0, 0, 3, 0, 3, 3))
MASK = (STAIN, "mask", mask())
NAMED = (STAIN, "nowhere")
BOXES = [BOX, (DENT, "box", (0, 0, 3, 3)), (STAIN, "box", (4, 2, 3, 3))]
OUTLINES = [
    (CHIP, "polygon", (1, 2, 4.5, 2, 4.5, 6, 1, 6)),
    POLYGON,
    (STAIN, "polygon", (4, 2, 7, 2, 7, 5, 4, 5)),
]
SPLITS = {"a.png": "train", "b.png": "test", "c.png": "validation", "d.png": None, "e.png": "test"}
SAID = {"a.png": {"NG"}, "b.png": {"OK"}, "c.png": {"HOLD"}, "d.png": set(), "e.png": {"NG"}}
TAGGED = {**SAID, "a.png": {"NG", STAIN}, "e.png": {"NG", STAIN}}
CLEAR = {"a.png": {"NG"}, "b.png": set()}
"""An image without a shape is a good one by the answer of the person who imports it."""

TRIPS = [
    ("coco", "coco", CLEAR, [BOX, POLYGON, MASK]),
    ("yolo", "yolo", CLEAR, BOXES),
    ("yolo-segmentation", "yolo", CLEAR, OUTLINES),
    ("voc", "voc", CLEAR, BOXES),
    ("cvat", "cvat", TAGGED, [BOX, POLYGON, MASK]),
    ("datumaro", "datumaro", TAGGED, [BOX, POLYGON, MASK]),
    ("labelme", "labelme", SAID, [BOX, POLYGON, MASK]),
    ("csv", "csv_manifest", SAID, [BOX, POLYGON, MASK, NAMED]),
    ("croissant", "csv_manifest", SAID, [BOX, POLYGON, MASK, NAMED]),
    ("jsonl", "jsonl_manifest", SAID, [BOX, POLYGON, MASK, NAMED]),
]
"""Format, module of its reader, image → words of verdict and class, and the shapes of the NG image."""


def entries(reader: str, tree: Tree) -> dict[str, SourceEntry]:
    module = import_module(f"kenpin.importing.formats.{reader}")
    assert module.recognises(tree)
    found = list(module.read(tree))
    assert [each for each in found if not isinstance(each, SourceEntry)] == []
    return {entry.name: entry for entry in found}


def shape_of(tree: Tree, shape: DefectShape) -> tuple[object, ...]:
    across, down = (WIDTH, HEIGHT) if shape.unit == "share" else (1, 1)
    if shape.mask:
        return shape.class_name, "mask", png_of(tree, shape.mask)
    if shape.polygon:
        flat = [value for x, y in shape.polygon for value in (x * across, y * down)]
        return shape.class_name, "polygon", tuple(round(value, 6) for value in flat)
    if shape.box:
        x, y, width, height = shape.box
        sides = (x * across, y * down, width * across, height * down)
        return shape.class_name, "box", tuple(round(value, 6) for value in sides)
    return shape.class_name, "nowhere"


def exported(tree: Tree, entry: SourceEntry) -> ExportedImage:
    """Return an entry as an image to export."""
    defects = tuple(
        ExportedDefect(
            each.class_name, each.box, each.polygon, partial(content_of, tree, each) if each.mask else None
        )
        for each in entry.defects
    )
    known = {"verdict": entry.verdict, "split": entry.split, "group": entry.group or ""}
    return image(entry.name, **known, defects=defects, capture=entry.capture)


def content_of(tree: Tree, shape: DefectShape) -> bytes:
    assert shape.mask
    content = png_of(tree, shape.mask)
    assert content
    return content


@pytest.mark.parametrize(("format", "reader", "said", "shapes"), TRIPS, ids=[trip[0] for trip in TRIPS])
def test_what_was_written_is_read_again(
    format: str, reader: str, said: dict[str, set[str]], shapes: list[tuple[object, ...]]
) -> None:
    tree = MemoryTree(format, written(format))
    found = entries(reader, tree)
    assert {
        name: {*entry.words, *([entry.verdict] if entry.verdict else [])} for name, entry in found.items()
    } == said
    assert {name: entry.split for name, entry in found.items()} == {name: SPLITS[name] for name in said}
    assert [shape_of(tree, shape) for shape in found["a.png"].defects] == shapes
    for entry in found.values():
        with tree.open(entry.path) as file:
            assert file.read() == PICTURES[entry.name]


OWN = [("csv", "csv_manifest"), ("croissant", "csv_manifest"), ("jsonl", "jsonl_manifest")]


@pytest.mark.parametrize(("format", "reader"), OWN)
def test_own_manifests_keep_group_and_capture_conditions(format: str, reader: str) -> None:
    found = entries(reader, MemoryTree(format, written(format)))
    assert (found["a.png"].group, found["a.png"].capture) == ("part 7", {"line": "L1"})


@pytest.mark.parametrize(("format", "reader"), [*OWN, ("mvtec", "mvtec")])
def test_what_was_read_is_written_again_byte_for_byte(format: str, reader: str) -> None:
    first = written(format)
    tree = MemoryTree(format, first)
    found = entries(reader, tree)
    images = [exported(tree, found[name]) for name in sorted(found)]
    assert written(format, images) == first


def test_a_lookout_manifest_asks_nothing_and_keeps_the_classes() -> None:
    tree = MemoryTree("lookout", written("lookout"))
    layout = recognise(tree)
    found = list(meanings(tree, layout, Answers({}), ZoneInfo("UTC")))
    assert plan_of(tree, layout, found).questions == []
    judged = {entry.name: entry for entry in found if isinstance(entry, SourceEntry)}
    assert {name: entry.verdict for name, entry in judged.items()} == {
        "a.png": "NG",
        "b.png": "OK",
        "c.png": None,
        "d.png": None,
        "e.png": "NG",
    }
    assert [shape_of(tree, shape) for shape in judged["e.png"].defects] == [NAMED]


def test_mvtec_has_verdict_class_and_one_mask_of_all_defects() -> None:
    tree = MemoryTree("mvtec", written("mvtec"))
    found = entries("mvtec", tree)
    assert {name: (entry.verdict, entry.split) for name, entry in found.items()} == {
        "a.png": ("NG", "test"),
        "b.png": ("OK", "test"),
        "e.png": ("NG", "test"),
    }
    [together], [named] = found["a.png"].defects, found["e.png"].defects
    drawn = tree.open("ground_truth/combined/a_mask.png").read()
    assert shape_of(tree, together) == ("combined", "mask", drawn)
    assert shape_of(tree, named) == (STAIN, "nowhere")
    for entry in found.values():
        assert tree.open(entry.path).read() == PICTURES[entry.name]
