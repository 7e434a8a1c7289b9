"""`kenpin tag`, `log` and `diff`: what they ask, and what they print."""

import json

import httpx
import pytest

from tests.cli.conftest import ACCEPTED, Platform, kenpin

Capture = pytest.CaptureFixture[str]
AT = "2026-04-01T08:00:00Z"
SIDE = {
    "version": 5,
    "images": 3,
    "excluded": 0,
    "counts": {"OK": 2, "unlabelled": 1},
    "classes": {"crack": 1},
}
STOOD: dict[str, object] = {
    "verdict": "OK",
    "defects": [],
    "mask_urls": [],
    "judged": None,
    "review": None,
    "split": "train",
    "excluded": None,
    "capture": {},
    "group": None,
}
SUMMARY = {
    "before": SIDE,
    "after": SIDE | {"version": 9},
    "kinds": {"relabelled": 2},
    "verdicts": [{"before": "OK", "after": "NG", "images": 2}],
    "leaks": [{"group": "L-1", "train": 4, "test": 1, "image_ids": []}],
    "complete": True,
}


def item(image_id: str) -> dict[str, object]:
    return {
        "image_id": image_id * 64,
        "ordinal": 2,
        "name": "a.png",
        "width": 4,
        "height": 3,
        "kinds": ["relabelled"],
        "before": STOOD,
        "after": STOOD | {"verdict": "NG", "defects": [{"class_id": "crack", "box": [0, 0, 1, 1]}]},
        "changes": [{"field": "annotation", "version": 7, "by": "hanako", "at": AT, "why": "a hairline"}],
        "shapes": [{"class_id": "crack", "before": None, "after": 0, "iou": 0.0}],
        "image_url": "/i",
        "thumbnail_url": "/t",
    }


def page(*items: object, summary: object = None, more: str | None = None) -> dict[str, object]:
    return {"before": 5, "after": 9, "summary": summary, "items": items, "next_cursor": more}


def test_diff_sums_up_and_tells_each_image(platform: Platform, capsys: Capture) -> None:
    platform.answer("GET /v1/datasets/d/diff", page(item("a"), summary=SUMMARY))
    assert kenpin("diff", "d", "before-review", "9", "--kind", "relabelled") == 0
    asked = dict(platform.asked[0].url.params)
    assert asked == {"from": "before-review", "to": "9", "kind": "relabelled", "limit": "50"}
    out = capsys.readouterr().out
    for told in (
        "2 relabelled",
        "2 from OK to NG",
        "leak: group L-1",
        "OK (train)",
        "NG crack (train)",
        "a hairline",
    ):
        assert told in out


@pytest.mark.parametrize(
    ("shapes", "told"),
    [
        ([("crack", 0, None, 0.0), ("chip", None, 0, 0.0)], "–"),
        ([("crack", 0, None, 0.0), ("crack", None, 0, 0.0)], "0"),
        ([("crack", 0, 0, 0.4), ("chip", None, 1, 0.0)], "0.4"),
    ],
)
def test_overlap_is_told_within_a_class_alone(
    platform: Platform, capsys: Capture, shapes: list[tuple[object, ...]], told: str
) -> None:
    changes = [dict(zip(("class_id", "before", "after", "iou"), shape, strict=True)) for shape in shapes]
    platform.answer("GET /v1/datasets/d/diff", page(item("a") | {"shapes": changes}))
    assert kenpin("diff", "d", "5", "9") == 0
    header, row = capsys.readouterr().out.splitlines()
    assert row[: header.index("iou") + 3].split()[-1] == told


def test_diff_follows_pages_up_to_the_limit(platform: Platform, capsys: Capture) -> None:
    pages = iter([page(item("a"), summary=SUMMARY, more="x"), page(item("b"), item("c"), more="y")])

    platform.answers["GET /v1/datasets/d/diff"] = lambda _: httpx.Response(200, json=next(pages))
    assert kenpin("diff", "d", "5", "9", "--limit", "2", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["image_id"][0] for each in found["items"]] == ["a", "b"]
    assert found["summary"]["kinds"] == {"relabelled": 2}


def test_a_tag_at_a_time_names_the_version_of_then(platform: Platform, capsys: Capture) -> None:
    counts: dict[str, object] = {}
    dataset = {"dataset_id": "d", "project_id": "p", "name": "D", "version": 7, "hash": "", "images": 0}
    more = {"excluded": 0, "counts": counts, "tags": [], "suggested": 0, "created_at": AT, "updated_at": AT}
    platform.answer("GET /v1/datasets/d", dataset | more)
    platform.answer("POST /v1/datasets/d/tags", ACCEPTED, 201)
    assert kenpin("tag", "add", "d", "march", "--at", "2026-04-01") == 0
    assert platform.asked[0].url.params["as_of"] == "2026-04-01"
    assert platform.bodies("POST /v1/datasets/d/tags") == [{"name": "march", "note": "", "version": 7}]
    assert "tagged march at version 7" in capsys.readouterr().out


def test_tags_are_listed_with_who_and_when(platform: Platform, capsys: Capture) -> None:
    tag = {"name": "v1", "version": 7, "note": "audit", "at": AT, "by": "hanako"}
    platform.answer("GET /v1/datasets/d/tags", {"items": [tag]})
    assert kenpin("tag", "list", "d") == 0
    out = capsys.readouterr().out
    assert all(told in out for told in ("v1", "7", "hanako", "audit"))


def test_the_log_has_a_line_for_each_commit(platform: Platform, capsys: Capture) -> None:
    change = {
        "stream": "dataset-d",
        "first": 4,
        "last": 6,
        "hash": "ab",
        "recorded_at": AT,
        "actor": "hanako",
        "batch_id": None,
        "correlation_id": None,
        "events": {"ImageExcluded": 3},
        "reason": "blurred",
    }
    platform.answer("GET /v1/streams/dataset-d/changes", {"items": [change]})
    assert kenpin("log", "dataset-d", "--as-of", "v1") == 0
    assert platform.asked[0].url.params["as_of"] == "v1"
    line = capsys.readouterr().out.splitlines()[1]
    assert [told in line for told in ("4–6", "hanako", "3 ImageExcluded", "blurred")] == [True] * 4


def test_as_of_is_asked_for_as_it_was_typed(platform: Platform) -> None:
    platform.answer("GET /v1/models", {"items": []})
    assert kenpin("model", "list", "--as-of", "2026-04-01T09:00+09:00") == 0
    assert platform.asked[0].url.params["as_of"] == "2026-04-01T09:00+09:00"
