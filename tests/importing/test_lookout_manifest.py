"""Reading a SageMaker or Lookout for Vision manifest, and the messages about wrong lines."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image

from host.sample import photos
from kenpin.importing.entry import DefectShape, MaskFile, Problem, SourceEntry, Unreadable
from kenpin.importing.faults import InvalidItem
from kenpin.importing.formats import lookout_manifest
from kenpin.importing.mask import png_of
from kenpin.importing.tree import FolderTree

CLASSIFICATION = {"class-name": "anomaly", "type": "groundtruth/image-classification"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "photos").mkdir()
    Image.new("RGB", (8, 6)).save(tmp_path / "photos" / "a.png")
    return tmp_path


def read_line(folder: Path, line: Mapping[str, object] | str) -> SourceEntry | Problem:
    manifest = folder / "x.manifest"
    manifest.write_text("\n" + (line if isinstance(line, str) else json.dumps(line)) + "\n")
    (found,) = lookout_manifest.read_manifest(FolderTree(folder), manifest.name)
    return found


def entry_of(folder: Path, line: Mapping[str, object]) -> SourceEntry:
    found = read_line(folder, line)
    assert isinstance(found, SourceEntry), found
    return found


def problem_with(folder: Path, line: Mapping[str, object] | str) -> Problem:
    found = read_line(folder, line)
    assert isinstance(found, Problem), found
    return found


def test_the_sample_is_read_whole() -> None:
    found = lookout_manifest.read_manifest(photos.TREE, "train.manifest")
    entries = [entry for entry in found if isinstance(entry, SourceEntry)]
    assert [entry.verdict for entry in entries].count("OK") == 31
    cracked = [entry for entry in entries if entry.verdict == "NG"]
    assert len(cracked) == 32
    assert {mark.class_name for entry in cracked for mark in entry.defects} == {"cracked"}
    tests = list(lookout_manifest.read_manifest(photos.TREE, "test.manifest", split="test"))
    assert len(tests) == 22
    assert {entry.split for entry in tests if isinstance(entry, SourceEntry)} == {"test"}


def test_a_class_that_only_says_anomaly_is_ng_without_a_defect(folder: Path) -> None:
    entry = entry_of(folder, {"source-ref": "photos/a.png", "l": 1, "l-metadata": CLASSIFICATION})
    assert (entry.verdict, entry.defects, entry.name) == ("NG", (), "a.png")


def test_every_other_class_name_is_a_word_for_the_plan(folder: Path) -> None:
    metadata = CLASSIFICATION | {"class-name": "Bent Pin"}
    entry = entry_of(folder, {"source-ref": "photos/a.png", "l": 3, "l-metadata": metadata})
    assert (entry.verdict, entry.words, entry.defects) == (None, ("Bent Pin",), ())


@pytest.mark.parametrize(
    ("number", "word", "verdict"),
    [(1, "キズ", "NG"), (0, "キズ", None), (1, "良品", None), (1, "normal", "OK")],
)
def test_the_name_of_an_anomaly_is_a_class(folder: Path, number: int, word: str, verdict: str | None) -> None:
    metadata = CLASSIFICATION | {"class-name": word}
    line = {"source-ref": "photos/a.png", "anomaly-label": number, "anomaly-label-metadata": metadata}
    assert entry_of(folder, line).verdict == verdict


def test_an_image_without_labels_is_unjudged(folder: Path) -> None:
    assert entry_of(folder, {"source-ref": "photos/a.png"}).verdict is None


def test_boxes_are_read_and_none_means_ok(folder: Path) -> None:
    metadata = {"type": "groundtruth/object-detection", "class-map": {"0": "scratch"}}
    box = {"class_id": 0, "left": 1, "top": 2, "width": 3, "height": 4}
    line = {"source-ref": "photos/a.png", "b": {"annotations": [box]}, "b-metadata": metadata}
    assert entry_of(folder, line).defects == (DefectShape("scratch", box=(1, 2, 3, 4)),)
    assert entry_of(folder, line | {"b": {"annotations": []}}).verdict == "OK"


def test_a_mask_gives_one_defect_per_class_but_the_background(folder: Path) -> None:
    colours = {"0": ("BACKGROUND", "#ffffff"), "1": ("crack", "#23A436")}
    colour_map = {key: {"class-name": name, "hex-color": colour} for key, (name, colour) in colours.items()}
    metadata = {"type": "groundtruth/semantic-segmentation", "internal-color-map": colour_map}
    line = {"source-ref": "photos/a.png", "m-ref": "photos/a.png", "m-ref-metadata": metadata}
    entry = entry_of(folder, line)
    assert entry.verdict == "NG"
    mask = MaskFile("photos/a.png", (0x23, 0xA4, 0x36), others=((255, 255, 255),))
    assert entry.defects == (DefectShape("crack", mask=mask),)


def test_an_s3_reference_is_found_below_the_root(folder: Path) -> None:
    entry = entry_of(folder, {"source-ref": "s3://bucket/prefix/photos/a.png"})
    assert entry.path == "photos/a.png"


def test_an_absolute_reference_is_taken_as_it_is(folder: Path) -> None:
    assert entry_of(folder, {"source-ref": str(folder / "photos" / "a.png")}).name == "a.png"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "not JSON: the error is at column 2"),
        ('{"a', "not JSON: the error is at column 2"),
        ("[]", "is no JSON object"),
        ({"source": 1}, "source-ref is missing or no text"),
        ({"source-ref": "s3://b/none.png"}, "s3://b/none.png is not in"),
        (
            {"source-ref": "photos/a.png", "l-metadata": {"type": "x"}},
            "l is of type x, which is not understood",
        ),
        (
            {"source-ref": "photos/a.png", "l-metadata": {"type": CLASSIFICATION["type"]}},
            "class-name is missing or no text",
        ),
    ],
)
def test_a_bad_line_is_named_and_explained(folder: Path, line: Mapping[str, object] | str, what: str) -> None:
    problem = problem_with(folder, line)
    assert problem.where == "x.manifest line 2"
    assert problem.what.startswith(what)


def test_a_missing_image_is_named_with_the_folder_it_should_be_in(folder: Path) -> None:
    assert problem_with(folder, {"source-ref": "b.png"}).what.startswith(f"b.png is not in {folder.name}")


def test_a_missing_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"none\.manifest"):
        list(lookout_manifest.read_manifest(FolderTree(tmp_path), "none.manifest"))


def job(name: str, class_name: str, date: str = "") -> dict[str, object]:
    metadata = CLASSIFICATION | {"class-name": class_name} | ({"creation-date": date} if date else {})
    return {name: 0, f"{name}-metadata": metadata}


@pytest.mark.parametrize(
    ("jobs", "words"),
    [
        (job("first", "anomaly") | job("second", "normal"), ("normal",)),
        (job("first", "normal") | job("second", "anomaly"), ("anomaly",)),
        (
            job("new", "normal", "2026-02-01T00:00:00") | job("old", "anomaly", "2026-01-01T00:00:00"),
            ("normal",),
        ),
    ],
)
def test_the_label_of_the_later_job_counts_alone(
    folder: Path, jobs: dict[str, object], words: tuple[str, ...]
) -> None:
    entry = entry_of(folder, {"source-ref": "photos/a.png", **jobs})
    assert (entry.words, entry.verdict) == (words, "OK" if words == ("normal",) else "NG")


def test_an_adjusted_box_replaces_the_first_one(folder: Path) -> None:
    metadata = {"type": "groundtruth/object-detection", "class-map": {"0": "scratch"}}
    boxes = [{"class_id": 0, "left": left, "top": 2, "width": 3, "height": 4} for left in (1, 2)]
    line: dict[str, object] = {"source-ref": "photos/a.png"}
    for name, box in zip(("draw", "adjust"), boxes, strict=True):
        line |= {name: {"annotations": [box]}, f"{name}-metadata": metadata}
    verified = {
        "check": "1",
        "check-metadata": {"type": "groundtruth/label-verification", "class-name": "good"},
    }
    entry = entry_of(folder, line | verified)
    assert [shape.box for shape in entry.defects] == [(2, 2, 3, 4)]


def test_every_class_of_a_multilabel_job_is_a_word(folder: Path) -> None:
    metadata = {
        "type": "groundtruth/image-classification-multilabel",
        "class-map": {"0": "dent", "2": "rust"},
    }
    entry = entry_of(folder, {"source-ref": "photos/a.png", "l": [0, 2], "l-metadata": metadata})
    assert entry.words == ("dent", "rust")


def test_a_line_may_hold_a_line_separator_inside_a_text(folder: Path) -> None:
    text = json.dumps({"source-ref": "photos/a.png", "note": "a\u2028b"}, ensure_ascii=False)
    assert isinstance(read_line(folder, text), SourceEntry)


CASES = Path(__file__).parents[1] / "cases" / "manifests"


@pytest.mark.parametrize(
    ("manifest", "images", "wrong"),
    [
        ("bom", "a b", {}),
        ("box-nan", "", {1: "left is no usable number"}),
        ("box-over-by-1", "b a c", {}),
        ("mask-missing", "", {1: "nowhere.png is not in"}),
        ("mask-broken", "b a", {}),
        ("mask-half", "a", {}),
        ("two-jobs-ng-then-ok", "a", {}),
    ],
)
def test_each_line_stands_for_itself(manifest: str, images: str, wrong: dict[int, str]) -> None:
    found = list(lookout_manifest.read_manifest(FolderTree(CASES), f"{manifest}.manifest"))
    taken = [each.name for each in found if isinstance(each, SourceEntry)]
    assert taken == [f"{name}.png" for name in images.split()]
    problems = [each for each in found if isinstance(each, Problem)]
    assert [each.where for each in problems] == [f"{manifest}.manifest line {number}" for number in wrong]
    assert all(each.what.startswith(what) for each, what in zip(problems, wrong.values(), strict=True))


@pytest.mark.parametrize(
    ("manifest", "what"),
    [
        ("mask-broken", "the mask mask-broken.png cannot be read: the file ends too early"),
        ("mask-half", "mask-half.png is 16×16, its image 32×32"),
    ],
)
def test_a_mask_that_does_not_fit_says_why(manifest: str, what: str) -> None:
    *_, entry = lookout_manifest.read_manifest(FolderTree(CASES), f"{manifest}.manifest")
    assert isinstance(entry, SourceEntry)
    assert entry.defects[0].mask is not None
    with pytest.raises(InvalidItem, match=what):
        png_of(FolderTree(CASES), entry.defects[0].mask, (32, 32))
