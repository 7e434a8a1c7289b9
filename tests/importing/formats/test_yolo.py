"""YOLO: the layouts of Ultralytics, Roboflow and labelImg, boxes and polygons."""

import pytest

from kenpin.importing.entry import DefectShape, MaskRuns, SourceEntry, Unreadable
from kenpin.importing.fitting import fitted
from kenpin.importing.formats import yolo
from kenpin.importing.shapes import ellipse, in_pixels
from tests.importing.readers import entries, problems, tree_of

YAML = "path: ../datasets/x\ntrain: images/train\nval: images/val\nnames:\n  0: 傷\n  1: dent\n"
BOX = DefectShape("傷", box=(0.25, 0.25, 0.5, 0.5), unit="share")


@pytest.mark.parametrize(
    ("images", "files"),
    [
        (
            "images/train/a.jpg images/val/b.jpg",
            {"data.yaml": YAML, "labels/train/a.txt": "0 0.5 0.5 0.5 0.5\n"},
        ),
        (
            "train/images/a.jpg valid/images/b.jpg",
            {"data.yaml": "nc: 2\nnames: ['傷', 'dent']", "train/labels/a.txt": "0 0.5 0.5 0.5 0.5"},
        ),
    ],
)
def test_images_and_labels_in_folders_of_splits(images: str, files: dict[str, str]) -> None:
    source = tree_of(images, files)
    assert yolo.recognises(source)
    first, second = entries(yolo.read, source).values()
    assert (first.verdict, first.defects, first.split) == ("NG", (BOX,), "train")
    assert second.verdict is None


def test_labels_beside_images_with_classes_txt() -> None:
    source = tree_of(
        "a.png b.png c.png", {"classes.txt": "傷\ndent\n", "a.txt": "0 .5 .5 .5 .5\r\n", "b.txt": ""}
    )
    found = entries(yolo.read, source)
    assert found["a.png"].defects == (BOX,)
    assert (found["b.png"].verdict, found["c.png"].verdict) == (None, None)


def test_the_published_example_of_segmentation() -> None:
    lines = "0 0.681 0.485 0.670 0.487 0.676 0.487\n1 0.504 0.000 0.501 0.004 0.498 0.004 0.493 0.010 0.492 0.0104\n"
    found = entries(yolo.read, tree_of("a.png", {"data.yaml": YAML, "a.txt": lines}))["a.png"]
    assert [len(shape.polygon or ()) for shape in found.defects] == [3, 5]
    assert found.defects[0].polygon == ((0.681, 0.485), (0.670, 0.487), (0.676, 0.487))


def test_shares_become_pixels_of_the_stored_size() -> None:
    assert in_pixels(BOX, 200, 100) == DefectShape("傷", box=(50, 25, 100, 50))
    outline = DefectShape("x", polygon=((0, 0), (1, 0), (0.5, 1)), unit="share")
    assert in_pixels(outline, 10, 20).polygon == ((0, 0), (10, 0), (5, 20))


@pytest.mark.parametrize(
    ("line", "size", "box"),
    [
        ("0 0.5 0.5 0.2 0.2", (64, 48), (25.6, 19.2, 12.8, 9.6)),
        ("0 0.85 0.85 0.3 0.3", (64, 48), (44.8, 33.6, 19.2, 14.4)),
        ("0 0.916667 0.5 0.166667 1", (4000, 3000), (3333.33, 0, 666.67, 3000)),
    ],
)
def test_rounding_cuts_no_box_off(
    line: str, size: tuple[int, int], box: tuple[float, float, float, float]
) -> None:
    found = entries(yolo.read, tree_of("a.png", {"data.yaml": YAML, "a.txt": line}))["a.png"]
    fits = fitted(found, tree_of("", {}), size)
    assert (fits.defects[0].box, fits.is_clipped) == (box, False)


def test_a_box_that_reaches_the_edge_but_for_noise_is_not_cut_off() -> None:
    entry = SourceEntry(
        "a.png", "a.png", verdict="NG", defects=(DefectShape("x", box=(44.8, 0, 19.2000000001, 1)),)
    )
    fits = fitted(entry, tree_of("", {}), (64, 48))
    box = fits.defects[0].box
    assert box
    assert (box[0] + box[2] <= 64, fits.is_clipped) == (True, False)


def test_a_box_in_pixels_is_kept_as_it_is() -> None:
    box = (44.8, 0.123456789, 19.2, 7.987654321)
    entry = SourceEntry("a.png", "a.png", verdict="NG", defects=(DefectShape("x", box=box),))
    fits = fitted(entry, tree_of("", {}), (64, 48))
    assert (fits.defects[0].box, fits.is_clipped) == (box, False)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("2 0.5 0.5 0.5 0.5", "line 1: there is no class 2; the names have 2 classes from 0"),
        ("-1 0.5 0.5 0.5 0.5", "line 1: there is no class -1"),
        ("0 0.5 0.5 0.5", "line 1: has 3 coordinates; a box has 4, a polygon an even count, 6 or more"),
        ("0 0.5 0.5 0.5 0.5 0.9", "line 1: has a confidence, so it is a prediction"),
        ("0 0.5 0.5 nan 0.5", "line 1: coordinate 'nan' is no number"),
        ("0 0.5 0.5 O.5 0.5", "line 1: coordinate 'O.5' is no number"),
        ("0 50 50 10 10", "line 1: has coordinates in pixels"),
    ],
)
def test_a_bad_line_rejects_its_image_alone(line: str, what: str) -> None:
    source = tree_of("a.png b.png", {"data.yaml": YAML, "a.txt": line, "b.txt": "1 0.5 0.5 1 1"})
    assert problems(yolo.read, source)["a.txt"].startswith(what)
    assert [each.path for each in yolo.read(source) if hasattr(each, "path")] == ["b.png"]


def test_an_image_without_a_label_file_is_in_the_split_of_its_folder() -> None:
    files = {"data.yaml": YAML, "labels/train/a.txt": "0 0.5 0.5 0.5 0.5"}
    source = tree_of("images/train/a.png images/train/b.png images/val/c.png d.png", files)
    found = entries(yolo.read, source)
    assert {path: (each.verdict, each.split) for path, each in found.items()} == {
        "images/train/a.png": ("NG", "train"),
        "images/train/b.png": (None, "train"),
        "images/val/c.png": (None, "validation"),
        "d.png": (None, None),
    }


@pytest.mark.parametrize("names", ["[[x, y], [z]]", "[{a: b}]", "[no, dent]", "{0: [x]}", "[~]"])
def test_a_class_name_that_is_no_text_is_refused(names: str) -> None:
    source = tree_of("a.png", {"data.yaml": f"names: {names}", "a.txt": "0 0.5 0.5 0.5 0.5"})
    with pytest.raises(Unreadable, match=r"data\.yaml: names: has an entry that is no text"):
        list(yolo.read(source))


@pytest.mark.parametrize("files", [{}, {"data.yaml": "names: {a: 1}"}, {"data.yaml": "names: ["}])
def test_without_class_names_nothing_is_guessed(files: dict[str, str]) -> None:
    source = tree_of("a.png", {**files, "a.txt": "0 0.5 0.5 0.5 0.5"})
    with pytest.raises(Unreadable, match=r"class names|no YAML"):
        list(yolo.read(source))


def test_notes_are_no_labels() -> None:
    source = tree_of(
        "a.png", {"data.yaml": YAML, "README.txt": "0 1 2", "train.txt": "images/a.png", "a.txt": "0 0 0 1 1"}
    )
    assert entries(yolo.read, source).keys() == {"a.png"}
    assert not yolo.recognises(tree_of("a.png", {"notes.txt": "lot 5 was dark"}))


def test_a_polygon_of_more_corners_than_are_stored_becomes_a_mask() -> None:
    corners = ellipse(10, 10, 8, 8) * 11
    shape = in_pixels(DefectShape("x", polygon=corners), 20, 20)
    assert shape.polygon is None
    assert isinstance(shape.mask, MaskRuns)
    assert 180 < sum(shape.mask.counts[1::2]) < 240
