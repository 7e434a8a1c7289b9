"""Patterns on file names: what they find, whom they do not fit, and which of them are refused."""

from zoneinfo import ZoneInfo

import pytest

from kenpin.importing.entry import SourceEntry
from kenpin.importing.name_patterns import BadPattern, captures_by_pattern, groups_by_pattern

TOKYO = ZoneInfo("Asia/Tokyo")
NAME = "L3_st2_LOT88_20261129-101500.png"
PATTERN = r"^(?P<line>L\d+)_(?:st(?P<station>\d+)_)?(?P<lot>LOT\d+)_(?P<captured_at>[\d-]+)"


def entries(*names: str) -> list[SourceEntry]:
    return [SourceEntry(f"ok/{name}", name) for name in names]


def test_named_brackets_hold_the_capture_conditions() -> None:
    found = captures_by_pattern(PATTERN, entries(NAME, "L1_LOT9_20261129-1015.png", "other.png"), TOKYO)
    assert found.by_path == {
        f"ok/{NAME}": {
            "line": "L3",
            "station": "2",
            "lot": "LOT88",
            "captured_at": "2026-11-29T10:15:00+09:00",
        },
        "ok/L1_LOT9_20261129-1015.png": {
            "line": "L1",
            "lot": "LOT9",
            "captured_at": "2026-11-29T10:15:00+09:00",
        },
    }
    (unmatched,) = found.unmatched
    assert (unmatched.where, unmatched.what) == ("ok/other.png", f"its name has nothing that fits {PATTERN}")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("LOT1_20269999.png", "20269999 is no time"),
        (f"LOT{'1' * 62}_20261129.png", "lot has 65 characters; 64 are the most"),
    ],
)
def test_a_value_that_cannot_be_leaves_its_image_alone(name: str, why: str) -> None:
    pattern = r"(?P<lot>LOT\d+)_(?P<captured_at>\d+)"
    found = captures_by_pattern(pattern, entries(name, "LOT2_20261129.png"), TOKYO)
    assert list(found.by_path) == ["ok/LOT2_20261129.png"]
    assert [why in each.what for each in found.unmatched] == [True]


def test_brackets_hold_the_group() -> None:
    found = groups_by_pattern(r"^(P\d+)_", entries("P17_top.png", "P17_side.png", "x.png"))
    assert found.by_path == {"ok/P17_top.png": "P17", "ok/P17_side.png": "P17"}
    assert [each.where for each in found.unmatched] == ["ok/x.png"]


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(?P<lot>L", "no regular expression"),
        ("(L)", "names no field"),
        ("(?P<lott>L)", "names lott; write"),
        ("(?P<lot>Z)", "fits no image of the source; ok/L1.png: its name"),
        ("(?P<lot>Z?)", "fits no image of the source"),
    ],
)
def test_a_capture_pattern_that_cannot_be_used_is_refused(pattern: str, why: str) -> None:
    with pytest.raises(BadPattern) as refused:
        captures_by_pattern(pattern, entries("L1.png"), TOKYO)
    assert f"{pattern} " in str(refused.value)
    assert why in str(refused.value)


@pytest.mark.parametrize("pattern", ["L1", "(L)(1)", "(L1", "(Z)"])
def test_a_group_pattern_that_cannot_be_used_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern) as refused:
        groups_by_pattern(pattern, entries("L1.png"))
    assert pattern in str(refused.value)
