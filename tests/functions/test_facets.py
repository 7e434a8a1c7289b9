"""The gallery's filters list their values with counts, and find images by the words of their names."""

from zoneinfo import ZoneInfo

import pytest

from kenpin.domain.dataset.in_slice import holds
from kenpin.domain.dataset.values import Capture
from kenpin.domain.history_slice import OF_TIME, HistorySlice, in_zone
from tests.functions.conftest import Api

FACETS = "/v1/datasets/cookies/facets"
IMAGES = "/v1/datasets/cookies/images"
WRITE = {"kenpin-actor": "inspector", "content-type": "application/json"}
FULL = {
    "product": "round",
    "line": "L7",
    "station": "S1",
    "camera": "C2",
    "light": "bar",
    "lot": "2026-11",
    "captured_at": "2026-11-29T08:15:00+09:00",
}


def counted(api: Api, most: int = 500) -> dict[str, dict[str, int]]:
    items = api.get(f"{FACETS}?most={most}").json["items"]
    return {item["facet"]: {one["value"]: one["images"] for one in item["values"]} for item in items}


def write(api: Api, path: str, body: object) -> None:
    reply = api.send("POST", f"/v1/datasets/cookies/{path}", body, WRITE)
    assert reply.status in (200, 201), reply.json
    api.catch_up()


def judge(api: Api, image_id: str, **said: object) -> None:
    write(api, "annotations", {"annotations": [{"image_id": image_id, **said}]})


def add(api: Api, name: str, **capture: str) -> str:
    digest = api.image(2000 + len(name) + sum(map(ord, name)))
    write(api, "images", {"images": [{"digest": digest, "name": name, "capture": capture}]})
    return digest


def test_every_value_has_its_number_of_images(api: Api, cookies: list[str]) -> None:
    add(api, "full.png", **FULL)
    judge(api, cookies[0], verdict="NG", defects=[{"class_id": "cracked"}])
    assert counted(api) == {
        "defect_class": {"cracked": 1},
        "product": {"round": 1},
        "line": {"L0": 4, "L1": 4, "L7": 1},
        "station": {"S1": 1},
        "camera": {"C2": 1},
        "light": {"bar": 1},
        "lot": {"2026-11": 1},
        "day": {"2026-11-29": 1},
        "person": {"inspector": 1},
    }


def test_a_number_follows_what_happens_to_its_images(api: Api, cookies: list[str]) -> None:
    judge(api, cookies[0], verdict="NG", defects=[{"class_id": "cracked"}])
    judge(api, cookies[0], verdict="OK")
    assert counted(api)["defect_class"] == {}
    write(api, "exclusions", {"image_ids": [cookies[0]], "reason": "blurred"})
    assert (counted(api)["line"], counted(api)["person"]) == ({"L0": 3, "L1": 4}, {})
    write(api, "restorations", {"image_ids": [cookies[0]], "reason": "sharp"})
    assert (counted(api)["line"], counted(api)["person"]) == ({"L0": 4, "L1": 4}, {"inspector": 1})


def test_values_beyond_those_asked_for_are_told(api: Api, cookies: list[str]) -> None:
    lines = next(one for one in api.get(f"{FACETS}?most=1").json["items"] if one["facet"] == "line")
    assert (lines["values"], lines["more"]) == ([{"value": "L0", "images": 4}], True)
    assert api.get("/v1/datasets/nowhere/facets").status == 404


@pytest.mark.parametrize(
    "query",
    ["station=S1", "camera=C2", "lot=2026-11", "day=2026-11-29", "name=full", "product=round&name=fu"],
)
def test_a_filter_shows_the_images_that_its_number_counts(api: Api, cookies: list[str], query: str) -> None:
    full = add(api, "full.png", **FULL)
    assert [image["image_id"] for image in api.get(f"{IMAGES}?{query}").json["items"]] == [full]
    version = api.get(IMAGES).json["as_of"]
    assert api.get(f"{IMAGES}?{query}&as_of={version - 1}").json["items"] == []


def test_days_of_filter_number_and_slice_are_those_of_the_site(api: Api, cookies: list[str]) -> None:
    taken = {
        add(api, f"{n}.png", captured_at=text): Capture(captured_at=text)
        for n, text in enumerate(
            (
                "2026-03-07T14:59:59Z",
                "2026-03-07T15:00:00Z",
                "2026-03-08T00:30:00+09:00",
                "2026-03-08T23:59:59.999-04:00",
                "2026-03-09T00:00:00-04:00",
                "2026-03-08T14:50:00",
                "2026-03-08T14:50:00+00:00",
            )
        )
    }
    seen = [_agreed_days(api, taken, zone) for zone in ("Asia/Tokyo", "America/New_York")]
    assert seen == [
        {"2026-03-08": 4, "2026-03-07": 1, "2026-03-09": 2},
        {"2026-03-07": 3, "2026-03-08": 3, "2026-03-09": 1},
    ]
    days = next(one for one in api.get(f"{FACETS}?most=1").json["items"] if one["facet"] == "day")
    assert (days["values"], days["more"]) == ([{"value": "2026-03-09", "images": 1}], True), "the newest"


def _agreed_days(api: Api, taken: dict[str, Capture], zone: str) -> dict[str, int]:
    """Return the numbers of the days in a zone, of which filter, exports and slices have the same images."""
    set_to = {"zone": zone, "reason": "the line moved"}
    assert api.send("PUT", "/v1/projects/cookies/time-zone", set_to, WRITE).status == 200
    api.catch_up()
    days = counted(api)["day"]
    for day, images in days.items():
        outside = [in_zone(HistorySlice(kind, day), ZoneInfo(zone)) for kind in OF_TIME]
        within = {
            id
            for id, capture in taken.items()
            if not any(holds(slice, capture, None, None, None) for slice in outside)
        }
        assert {image["image_id"] for image in api.get(f"{IMAGES}?day={day}").json["items"]} == within
        assert api.get(f"/v1/datasets/cookies/exports/plan?day={day}").json["images"] == images == len(within)
    return days


def test_a_time_without_a_zone_is_of_the_site_where_it_comes_in(api: Api, cookies: list[str]) -> None:
    zone = {"zone": "America/New_York", "reason": "the line moved"}
    assert api.send("PUT", "/v1/projects/cookies/time-zone", zone, WRITE).status == 200
    api.catch_up()

    def stored(image_id: str) -> object:
        return api.get(f"{IMAGES}/{image_id}").json["capture"].get("captured_at")

    image_id = add(api, "late.png", captured_at="2026-03-08T23:30:00")
    assert (stored(image_id), counted(api)["day"]) == ("2026-03-08T23:30:00-04:00", {"2026-03-08": 1})
    corrected = {"captured_at": "2026-03-07", "lens": "50"}
    write(api, "captures", {"image_id": image_id, "capture": corrected})
    assert (stored(image_id), counted(api)["day"]) == ("2026-03-07T00:00:00-05:00", {"2026-03-07": 1})


def test_a_day_that_is_none_is_refused(api: Api, cookies: list[str]) -> None:
    for path in (IMAGES, "/v1/datasets/cookies/exports/plan"):
        refused = api.get(f"{path}?day=2026-02-31")
        assert (refused.status, refused.json["code"]) == (422, "NotADate")
    assert api.get(f"{IMAGES}?day=yesterday").status == 422


def test_a_person_finds_what_they_judged(api: Api, cookies: list[str]) -> None:
    judge(api, cookies[3], verdict="OK")
    found = api.get(f"{IMAGES}?person=inspector").json["items"]
    assert [image["image_id"] for image in found] == [cookies[3]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cam2", True),
        ("l1 CAM", True),
        ("42", True),
        ("00042", True),
        ("0004", True),
        ("傷", True),
        ("２", True),
        ("am2", False),
        ("cam2 43", False),
        ("_", False),
        ("' !'l", True),
    ],
)
def test_names_are_found_by_the_beginnings_of_their_words(
    api: Api, cookies: list[str], text: str, found: bool
) -> None:
    image = add(api, "L1_cam2-00042傷.PNG")
    items = api.get(f"{IMAGES}?name={text}").json["items"]
    assert [one["image_id"] for one in items if one["image_id"] == image] == [image] * found
