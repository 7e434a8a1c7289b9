"""Tables of capture conditions, as spreadsheets save them."""

from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kenpin.importing.captures import matched, read_captures, with_captures
from kenpin.importing.entry import Problem, SourceEntry, Unreadable
from kenpin.importing.faults import InvalidItem
from kenpin.importing.times import time_from
from kenpin.importing.tree import FolderTree

TABLES = Path(__file__).parents[1] / "cases/09-csv/in"
PICTURES = FolderTree(TABLES / "pics").paths()
TOKYO = ZoneInfo("Asia/Tokyo")
A, B = "ng/a.png", "ng/b.png"
GLASS = next(path for path in PICTURES if "ラス" in path)
"""As a Mac writes it: the mark of ガ is a character of its own."""


def read(name: str) -> tuple[Mapping[str, Mapping[str, str]], list[str]]:
    table = f"cap-{name}.csv"
    found = matched(read_captures((TABLES / table).read_bytes(), table, TOKYO), PICTURES)
    return found.by_path, [f"{problem.where}: {problem.what}" for problem in found.unmatched]


@pytest.mark.parametrize(
    ("name", "captures"),
    [
        ("cp932", {"ng/検査.png": {"line": "第一", "lot": "A"}}),
        ("bom", {A: {"line": "L1"}}),
        ("utf16", {A: {"line": "L1"}}),
        ("semicolon", {A: {"line": "L1"}}),
        ("backslash", {A: {"line": "L1"}}),
        ("windows-abs", {A: {"line": "L1"}}),
        ("nfc", {GLASS: {"line": "L1"}}),
        ("case", {"ng/C.PNG": {"line": "L1"}}),
        ("trailing-space", {A: {"line": "L1"}}),
        ("header-case", {A: {"line": "L1"}}),
        ("header-space", {A: {"line": "L1"}}),
        ("empty-lines", {A: {"line": "L1"}}),
        ("too-few-fields", {A: {}}),
        ("quoted-newline", {A: {"lens": "8 mm"}}),
        (
            "excel-date",
            {
                A: {"captured_at": "2026-11-28T09:05:00+09:00"},
                B: {"captured_at": "2026-11-28T00:00:00+09:00"},
            },
        ),
        (
            "year-1970",
            {
                A: {"captured_at": "1970-01-01T00:00:00+09:00"},
                B: {"captured_at": "2099-12-31T23:59:59+09:00"},
            },
        ),
        ("no-zone", {A: {"captured_at": "2026-11-28T09:05:00+09:00"}}),
    ],
)
def test_a_table_with_one_meaning_is_read(name: str, captures: Mapping[str, object]) -> None:
    assert read(name) == (captures, [])


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("too-many-fields", "cap-too-many-fields.csv line 2: it has 3 cells for 2 columns"),
        ("open-quote", "cap-open-quote.csv line "),
        ("nul", "cap-nul.csv line "),
        (
            "duplicate",
            "cap-duplicate.csv line 3: a.png is in cap-duplicate.csv line 2 too, with other conditions",
        ),
        ("duplicate-column", "cap-duplicate-column.csv line 1: the column line is there twice"),
        ("nonsense-date", "cap-nonsense-date.csv line 2, column captured_at: yesterday is no time"),
        ("empty", "cap-empty.csv is empty"),
        ("header-only", "cap-header-only.csv has no row below its header"),
        ("latin1", "cap-latin1.csv is no text in UTF-8, UTF-16 or CP932; save it as UTF-8"),
    ],
)
def test_a_table_with_no_meaning_or_two_is_refused_with_its_row_and_column(name: str, what: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(name)
    assert str(refused.value).startswith(what)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("name,line\n", "t.csv line 1: unknown column name"),
        ("line,lot\nL1,A\n", "t.csv line 2, column file: it is empty"),
        ("file,colour\n", "t.csv line 1: unknown column colour; there are "),
        ("file,line\na,1\nb," + "x" * 65, "t.csv line 3, column line: it has 65 characters"),
    ],
)
def test_a_bad_column_or_value_is_named(text: str, what: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_captures(text.encode(), "t.csv", TOKYO)
    assert str(refused.value).startswith(what)


def test_a_row_that_fits_no_image_is_named() -> None:
    assert read("nobody") == ({}, ["cap-nobody.csv line 2: no image is called not-there.png"])


@pytest.mark.parametrize(
    ("file", "paths", "found"),
    [
        ("a.png", ["ng/a.png", "ok/a.png"], None),
        ("ok/a.png", ["ng/a.png", "ok/a.png"], "ok/a.png"),
        ("/mnt/line/ok/a.png", ["a.png"], "a.png"),
        ("A.PNG", ["a.png", "b/A.PNG"], "b/A.PNG"),
        ("a.png", ["sub/xa.png"], None),
    ],
)
def test_a_row_fits_the_path_that_it_is_the_end_of(file: str, paths: list[str], found: str | None) -> None:
    rows = read_captures(f"file,line\n{file},L1\n".encode(), "t.csv", TOKYO)
    fitting = matched(rows, paths)
    assert list(fitting.by_path) == ([found] if found else [])
    assert len(fitting.unmatched) == (0 if found else 1)


def test_entries_get_their_conditions_and_rows_without_an_image_are_told() -> None:
    rows = read_captures(b"file,line,lot\na.png,L2,\nc.png,L3,\n", "t.csv", TOKYO)
    entries: list[SourceEntry | Problem] = [
        SourceEntry("ng/a.png", "a.png", capture={"line": "L1", "lot": "7"}),
        Problem("b.png", "broken"),
    ]
    captures = matched(rows, ["ng/a.png", "b.png"])
    first, broken = with_captures(entries, captures)
    assert isinstance(first, SourceEntry)
    assert first.capture == {"line": "L2", "lot": "7"}
    assert broken == entries[1]
    assert captures.unmatched == [Problem("t.csv line 3", "no image is called c.png")]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026:11:28 09:05:00", "2026-11-28T09:05:00+09:00"),
        ("11/28/2026", "2026-11-28T00:00:00+09:00"),
        ("5/5/2026 7:00", "2026-05-05T07:00:00+09:00"),
        ("2026-11-28T09:05:00Z", "2026-11-28T09:05:00+00:00"),
        ("3/4/2026", "3/4/2026 may be one of two days; write it as 2026-11-28"),
        ("2026-02-30T00:00:00Z", "2026-02-30T00:00:00Z is no time; write it as 2026-11-28T09:05:00+09:00"),
        ("31/31/2026", "31/31/2026 is no time; write it as 2026-11-28T09:05:00+09:00"),
    ],
)
def test_a_time_is_read_where_it_can_mean_one(text: str, time: str) -> None:
    try:
        assert time_from(text, TOKYO) == time
    except InvalidItem as refused:
        assert str(refused) == time
