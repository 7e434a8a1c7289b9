"""Kenpin's own manifests, as CSV and as JSON Lines."""

import json

import pytest

from kenpin.importing.entry import DefectShape, MaskFile, Problem, SourceEntry
from kenpin.importing.formats import csv_manifest, jsonl_manifest
from tests.importing.readers import entries, problems, tree_of

HEADER = "file,verdict,class,x,y,width,height,polygon,mask,split,group,lot\n"
ROWS = (
    "images/a.png,NG,キズ,1,2,3.5,4,,,test,part-1,L1\n"
    'images/a.png,NG,chip,,,,,"1,1;4,1;4,5",,test,part-1,L1\n'
    "images/a.png,NG,stain,,,,,,masks/a-3.png,test,part-1,L1\n"
    "images/b.png,良品,,,,,,,,,,\n"
    ",,,\n"
    "images/c.png,,dent,,,,,,,,,\n"
)
SHAPES = (
    DefectShape("キズ", box=(1, 2, 3.5, 4)),
    DefectShape("chip", polygon=((1, 1), (4, 1), (4, 5))),
    DefectShape("stain", mask=MaskFile("masks/a-3.png")),
)
IMAGES = "images/a.png images/b.png images/c.png masks/a-3.png"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_csv(encoding: str, line_end: str) -> None:
    text = (HEADER.upper() + ROWS).replace("\n", line_end)
    source = tree_of(IMAGES, {"images.csv": text.encode(encoding)})
    assert csv_manifest.recognises(source)
    found = entries(csv_manifest.read, source)
    assert found.keys() == {"images/a.png", "images/b.png", "images/c.png"}
    first = found["images/a.png"]
    assert (first.words, first.verdict, first.defects, first.split) == (("NG",), "NG", SHAPES, "test")
    assert (first.group, first.capture) == ("part-1", {"lot": "L1"})
    assert found["images/b.png"].words == ("良品",)
    assert (found["images/c.png"].verdict, found["images/c.png"].defects) == ("NG", (DefectShape("dent"),))


@pytest.mark.parametrize("separator", [";", "\t"])
def test_csv_with_other_separators(separator: str) -> None:
    text = separator.join(("file", "verdict")) + "\n" + separator.join(("images\\b.png", "OK")) + "\n"
    assert entries(csv_manifest.read, tree_of(IMAGES, {"t.csv": text}))["images/b.png"].words == ("OK",)


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("z.png,OK", "z.png is not in source"),
        ("images/b.png,NG,chip,1,2,3", "height '' is no number"),
        ("images/b.png,NG,,1,2,3,4", "x has a value, but class is empty"),
        ("images/b.png,NG,chip,1,2,3,inf", "height is no usable number"),
        ("images/b.png,NG,chip,,,,,,masks/none.png", "masks/none.png is not in source"),
        ("images/b.png,OK,,,,,,,,later", "split later is none of train, validation and test"),
        ("images/b.png,OK,chip", "is judged OK but names defects"),
        (",OK", "file is empty"),
        ("images/b.png" + "," * 12 + "x", "has 13 cells for 12 columns"),
        ("images/b.png" + "," * 11 + "x" * 65, "capture: lot has "),
    ],
)
def test_a_bad_row_is_named_and_its_neighbours_come_in(row: str, what: str) -> None:
    source = tree_of(IMAGES, {"t.csv": f"{HEADER}{row}\nimages/c.png,OK\n"})
    assert problems(csv_manifest.read, source)["t.csv line 2"].startswith(what)
    assert "images/c.png" in {getattr(each, "path", "") for each in csv_manifest.read(source)}


@pytest.mark.parametrize(
    ("header", "what"),
    [
        ("file,verdict,colour", "line 1: unknown column colour"),
        ("file,verdict,x,x", "line 1: the column x is there twice"),
    ],
)
def test_a_header_with_two_meanings_is_refused(header: str, what: str) -> None:
    assert problems(csv_manifest.read, tree_of(IMAGES, {"t.csv": header}))["t.csv"].startswith(what)


def test_rows_that_contradict_each_other_are_named() -> None:
    text = "file,verdict\nimages/b.png,OK\nimages/b.png,NG\n"
    assert problems(csv_manifest.read, tree_of(IMAGES, {"t.csv": text})) == {
        "images/b.png": "is labelled OK and NG; keep one of the two"
    }


@pytest.mark.parametrize(
    "rest", ["images/c.png,OK\n" * 3, 'images/c.png,"OK"\n', "images/c.png,OK\n" * 20_000]
)
def test_a_quote_that_is_not_closed_is_named_by_the_line_where_it_begins(rest: str) -> None:
    text = f'file,verdict,light\nimages/a.png,OK,"two\nlines"\nimages/b.png,"NG\n{rest}'
    source = tree_of(IMAGES, {"t.csv": text})
    (found,) = [each for each in csv_manifest.read(source) if isinstance(each, Problem)]
    assert (found.where, found.what) == ("t.csv", "line 4: is no CSV that can be read; check its quotes")


def test_a_table_of_capture_conditions_is_no_manifest() -> None:
    assert not csv_manifest.recognises(tree_of(IMAGES, {"captures.csv": "file,lot\na.png,L1\n"}))


def test_json_lines() -> None:
    defects = [
        {"class": "キズ", "box": [1, 2, 3.5, 4]},
        {"class": "chip", "polygon": [[1, 1], [4, 1], [4, 5]]},
        {"class": "stain", "mask": "masks/a-3.png"},
    ]
    lines = [
        {"file": "images/a.png", "verdict": "NG", "defects": defects, "split": "test", "group": "part-1"},
        {"file": "images/b.png", "verdict": "良品\u2028", "capture": {"lot": "L1", "line": None}},
    ]
    text = "\ufeff" + "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    source = tree_of(IMAGES, {"images.jsonl": text})
    assert jsonl_manifest.recognises(source)
    found = entries(jsonl_manifest.read, source)
    first = found["images/a.png"]
    assert (first.words, first.defects, first.split, first.group) == (("NG",), SHAPES, "test", "part-1")
    assert found["images/b.png"].capture == {"lot": "L1"}


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "not JSON: "),
        ("[]", "is no JSON object"),
        ('{"file": "images/b.png", "label": 1}', "unknown field label"),
        ('{"file": "images/b.png", "defects": [{"class": "a", "box": [1, 2]}]}', "box has not four numbers"),
        ('{"file": "images/b.png", "defects": [{"box": [1, 2, 3, 4]}]}', "class is missing or no text"),
        ('{"file": "images/b.png", "capture": {"colour": "x"}}', "capture: unknown field colour"),
    ],
)
def test_a_bad_line_is_named_and_its_neighbours_come_in_too(line: str, what: str) -> None:
    source = tree_of(IMAGES, {"t.jsonl": line + '\n{"file": "images/c.png", "verdict": "OK"}'})
    assert problems(jsonl_manifest.read, source)["t.jsonl line 1"].startswith(what)
    assert "images/c.png" in {getattr(each, "path", "") for each in jsonl_manifest.read(source)}


@pytest.mark.parametrize(
    ("line", "others"),
    [
        ('{"file": "images/a.png", "verdict": "NG", "capture": {"nope": "x"}}', True),
        ('{"file": "images/a.png", "verdict": true}', True),
        ('{"file": "images/a.png", "defects": [{"class": "x", "mask": "none.png"}]}', True),
        ('{"file": "images/a.png", "verdict": "OK", "split": "holdout"}', True),
        ('{"file": "none.png", "verdict": "OK"}', True),
        ("not json", False),
        ("[1]", False),
    ],
)
def test_the_image_of_a_bad_line_stays_out(line: str, others: bool) -> None:
    """A line that names no image may be about any image that no other line names."""
    text = '{"file": "images/b.png", "verdict": "OK"}\n' + line
    found = list(jsonl_manifest.read(tree_of(IMAGES, {"t.jsonl": text})))
    paths = {each.path for each in found if isinstance(each, SourceEntry)}
    assert "images/b.png" in paths
    assert ("images/a.png" in paths) == ("none.png" in line and "images/a.png" not in line)
    assert ("images/c.png" in paths) == others


@pytest.mark.parametrize("row", ["images/b.png,NG,chip,1,2,3", "images/b.png,OK" + "," * 11 + "x"])
@pytest.mark.parametrize("good", ["", "images/b.png,NG,dent\n"])
def test_an_image_with_one_bad_row_stays_out(good: str, row: str) -> None:
    found = list(csv_manifest.read(tree_of(IMAGES, {"t.csv": f"{HEADER}{good}{row}\n"})))
    paths = {each.path for each in found if isinstance(each, SourceEntry)}
    assert paths == {"images/a.png", "images/c.png", "masks/a-3.png"}


def test_a_table_in_a_refused_encoding_is_named_and_its_images_stay_out() -> None:
    source = tree_of(IMAGES, {"t.csv": "file,verdict,class\nimages/a.png,NG,café\n".encode("latin-1")})
    assert csv_manifest.recognises(source)
    (problem,) = csv_manifest.read(source)
    assert isinstance(problem, Problem)
    assert problem.what == "is no text in UTF-8, UTF-16 or CP932; save it as UTF-8"
