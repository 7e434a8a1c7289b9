"""Reads Pascal VOC: one XML per image with boxes (and polygons, where a tool adds them)."""

from collections.abc import Iterator
from functools import partial
from posixpath import basename, splitext
from xml.etree.ElementTree import Element

from kenpin.domain.ids import Split
from kenpin.importing.entry import DefectShape, Problem, SourceEntry
from kenpin.importing.faults import Fault, InvalidItem
from kenpin.importing.gathering import attempt_file, gathered
from kenpin.importing.image_index import ImageIndex
from kenpin.importing.json_values import number_from, points_of
from kenpin.importing.shapes import box_between
from kenpin.importing.splits import split_in, split_in_path
from kenpin.importing.texts import contains, text_in, xml_in
from kenpin.importing.tree import Tree

TITLE = "Pascal VOC"
MASK_FOLDERS = {"SegmentationClass", "SegmentationObject"}


def recognises(tree: Tree) -> bool:
    """Return True where a file says that it annotates one image."""
    return any(contains(tree, path, b"<annotation", b"<filename>") for path in _xml_files(tree))


def read(tree: Tree) -> Iterator[SourceEntry | Problem]:
    """Yield one entry per image: NG with its objects, unjudged without any."""
    images = ImageIndex(tree, without_folders=MASK_FOLDERS)
    splits = _splits(tree)
    found = (
        attempt_file(path, images, partial(_entry, tree, path, images, splits)) for path in _xml_files(tree)
    )
    yield from gathered(found, images)


def _xml_files(tree: Tree) -> Iterator[str]:
    return (path for path in tree.paths() if path.lower().endswith(".xml"))


def _splits(tree: Tree) -> dict[str, Split]:
    """Return the split of each name in `ImageSets/Main/train.txt` and its like; of none that stands in two."""
    splits: dict[str, Split] = {}
    twice: set[str] = set()
    for path in tree.paths():
        split = split_in(basename(path))
        if "ImageSets/" not in path or split is None or splitext(path)[0].endswith("trainval"):
            continue
        for line in text_in(tree, path).splitlines():
            name = line.split(" ")[0].strip()
            if name and splits.setdefault(name, split) != split:
                twice.add(name)
    return {name: split for name, split in splits.items() if name not in twice}


def _entry(tree: Tree, path: str, images: ImageIndex, splits: dict[str, Split]) -> SourceEntry:
    root = xml_in(tree, path)
    if root.tag != "annotation":
        raise InvalidItem(Fault.NO_VOC, tag=root.tag[:40])
    stem = splitext(basename(path))[0]
    split = splits.get(stem) or split_in_path(path)
    image = images.find(root.findtext("filename") or stem, path, split)
    defects = tuple(_shape(number, each) for number, each in enumerate(root.findall("object"), 1))
    return SourceEntry(
        path=image,
        name=basename(image),
        verdict="NG" if defects else None,
        defects=defects,
        split=split or split_in_path(image),
    )


def _shape(number: int, element: Element) -> DefectShape:
    try:
        name = (element.findtext("name") or "").strip()
        if not name:
            raise InvalidItem(Fault.MISSING, name="name")
        if (outline := element.find("polygon")) is not None and len(outline):
            return DefectShape(name, polygon=points_of(_outline(outline), "polygon"))
        return _boxed(name, element.find("bndbox"))
    except InvalidItem as bad:
        raise bad.within(Fault.IN_OBJECT, number=number) from None


def _boxed(name: str, box: Element | None) -> DefectShape:
    """Return the box, or the class alone where the object has none."""
    if box is None:
        return DefectShape(name)
    sides = [number_from(box.findtext(key) or "", key) for key in ("xmin", "ymin", "xmax", "ymax")]
    return DefectShape(name, box=box_between(sides[0], sides[1], sides[2], sides[3]))


def _outline(outline: Element) -> list[float]:
    """Return x1, y1, x2, y2, … of the elements <x1>, <y1>, <x2> …"""
    return [number_from(each.text or "", each.tag) for each in outline]
