"""Datasets through the API: uploads, judgements, conflicts and repeated requests."""

from hashlib import sha256

import pytest

from tests.functions.conftest import Api, sent

IMAGES = "/v1/datasets/cookies/images"
ANNOTATIONS = "/v1/datasets/cookies/annotations"


def judged(image_id: str, verdict: str = "NG", **more: object) -> dict[str, object]:
    return {"annotations": [{"image_id": image_id, "verdict": verdict, **more}]}


def test_images_come_in_once_and_are_answered_item_by_item(api: Api, cookies: list[str]) -> None:
    api.image(99)
    new, unsent = api.image(99), "f" * 64
    reply = api.post(IMAGES, {"images": [{"digest": d} for d in (cookies[0], new, unsent)]})
    assert reply.status == 201
    assert {i["digest"]: i["outcome"] for i in reply.json["items"]} == {
        cookies[0]: "known",
        new: "registered",
        unsent: "rejected",
    }
    assert "upload them first" in reply.json["items"][-1]["detail"]
    assert api.get("/v1/datasets/cookies").json["images"] == 9


def test_bytes_that_are_no_image_are_rejected_with_what_to_do(api: Api, cookies: list[str]) -> None:
    digest = sha256(b"no image").hexdigest()
    sent(b"no image")
    (item,) = api.post(IMAGES, {"images": [{"digest": digest}]}).json["items"]
    assert item["outcome"] == "rejected"
    assert "send PNG, JPEG" in item["detail"]


def test_an_upload_takes_a_line_scan_and_refuses_a_larger_file_alone(api: Api, cookies: list[str]) -> None:
    sizes = {"a": 2 * 200_000_000 + 200, "b": 1024**3 + 1, "c": 0}
    files = [{"digest": d * 64, "size": size, "media_type": "image/tiff"} for d, size in sizes.items()]
    scan, larger, empty = api.post("/v1/datasets/cookies/uploads", {"files": files}).json["uploads"]
    assert scan["url"] and not scan["detail"]
    assert larger["url"] is None
    assert "the limit is 1,073,741,824 (setting KENPIN_MAX_PICTURE_BYTES)" in larger["detail"]
    assert empty == {"digest": "c" * 64, "url": None, "detail": "the file is empty"}


def test_uploads_are_planned_only_for_bytes_that_are_not_stored(api: Api, cookies: list[str]) -> None:
    files = [{"digest": d, "size": 10, "media_type": "image/png"} for d in (cookies[0], "a" * 64)]
    known, new = api.post("/v1/datasets/cookies/uploads", {"files": files}).json["uploads"]
    assert known["url"] is None
    assert new["url"].startswith("/files/uploads/cookies." + "a" * 64)


def test_the_gallery_shows_filters_and_pages(api: Api, cookies: list[str]) -> None:
    api.post(ANNOTATIONS, judged(cookies[2]))
    first = api.get(f"{IMAGES}?limit=3").json
    second = api.get(f"{IMAGES}?limit=3&cursor={first['next_cursor']}").json
    assert [i["image_id"] for i in first["items"] + second["items"]] == cookies[:6]
    assert [i["image_id"] for i in api.get(f"{IMAGES}?verdict=NG").json["items"]] == [cookies[2]]
    assert len(api.get(f"{IMAGES}?verdict=unlabelled").json["items"]) == 7
    assert [i["image_id"] for i in api.get(f"{IMAGES}?line=L1").json["items"]] == cookies[1::2]
    assert [i["image_id"] for i in api.get(f"{IMAGES}?order=newest&limit=1").json["items"]] == [cookies[-1]]


def test_the_gallery_as_of_a_version_is_as_it_was(api: Api, cookies: list[str]) -> None:
    before = api.get(IMAGES).json["as_of"]
    api.post(ANNOTATIONS, judged(cookies[0]))
    assert api.get(f"{IMAGES}/{cookies[0]}").json["verdict"] == "NG"
    assert api.get(f"{IMAGES}/{cookies[0]}?as_of={before}").json["verdict"] is None
    assert api.get(f"{IMAGES}?as_of={before}&verdict=NG").json["items"] == []


def test_a_judgement_records_who_under_which_standard_and_where(api: Api, cookies: list[str]) -> None:
    body = judged(
        cookies[0], defects=[{"class_id": "cracked", "box": [1, 2, 3, 4]}], reason="edge", seconds_spent=2.5
    )
    accepted = api.post(ANNOTATIONS, body, kenpin_actor="hanako").json
    image = api.get(f"{IMAGES}/{cookies[0]}?min_version={accepted['version']}").json
    assert image["defects"] == [{"class_id": "cracked", "box": [1.0, 2.0, 3.0, 4.0]}]
    said = image["annotation"]
    assert (
        said["by"],
        said["reason"],
        said["label_book_revision"],
        said["seconds_spent"],
        said["version"],
    ) == (
        "hanako",
        "edge",
        1,
        2.5,
        accepted["version"],
    )


def test_the_second_person_on_an_image_is_shown_the_conflict(api: Api, cookies: list[str]) -> None:
    seen = api.get(f"{IMAGES}/{cookies[0]}").json["revision"]
    api.post(ANNOTATIONS, judged(cookies[0], revision=seen), kenpin_actor="hanako")
    reply = api.post(ANNOTATIONS, judged(cookies[0], "OK", revision=seen), kenpin_actor="taro")
    assert reply.status == 409
    assert reply.headers["content-type"] == "application/problem+json"
    current = api.get(f"{IMAGES}/{cookies[0]}").json["revision"]
    assert reply.json["conflicts"] == [{"image_id": cookies[0], "expected": seen, "actual": current}]
    assert api.get(f"{IMAGES}/{cookies[0]}").json["verdict"] == "NG"


def test_a_batch_of_judgements_is_all_or_nothing(api: Api, cookies: list[str]) -> None:
    batch = {"annotations": [{"image_id": i, "verdict": "OK"} for i in (cookies[0], "e" * 64)]}
    assert api.post(ANNOTATIONS, batch).status == 404
    assert api.get(f"{IMAGES}/{cookies[0]}").json["verdict"] is None


def test_an_image_of_a_batch_that_says_nothing_new_keeps_its_revision(api: Api, cookies: list[str]) -> None:
    api.post(ANNOTATIONS, judged(cookies[0]))
    batch = {"annotations": [{"image_id": i, "verdict": "NG"} for i in cookies[:2]]}
    assert api.post(ANNOTATIONS, batch).status == 201
    for id in cookies[:2]:
        seen = api.get(f"{IMAGES}/{id}").json["revision"]
        assert api.post(ANNOTATIONS, judged(id, "OK", revision=seen)).status == 201


def test_the_same_key_again_answers_the_same_and_adds_nothing(api: Api, cookies: list[str]) -> None:
    first = api.post(ANNOTATIONS, judged(cookies[0]), idempotency_key="k1")
    again = api.post(ANNOTATIONS, judged(cookies[0]), idempotency_key="k1")
    other = api.post(ANNOTATIONS, judged(cookies[1]), idempotency_key="k1")
    assert again.json == first.json
    assert (other.status, "take a new one" in other.json["detail"]) == (422, True)


def test_a_judgement_can_be_taken_back_unless_somebody_judged_since(api: Api, cookies: list[str]) -> None:
    api.post(ANNOTATIONS, judged(cookies[0]))
    seen = api.get(f"{IMAGES}/{cookies[0]}").json["revision"]
    back = {"images": [{"image_id": cookies[0], "revision": seen}]}
    api.post(ANNOTATIONS, judged(cookies[0], "HOLD"))
    assert api.post("/v1/datasets/cookies/withdrawals", back).status == 409
    newest = {"images": [{"image_id": cookies[0]}], "reason": "the wrong picture"}
    assert api.post("/v1/datasets/cookies/withdrawals", newest).status == 201
    image = api.get(f"{IMAGES}/{cookies[0]}").json
    assert (image["verdict"], image["annotation"], image["defects"]) == (None, None, [])
    assert api.get("/v1/datasets/cookies").json["counts"]["unassigned"]["unlabelled"] == 8


def test_if_match_insists_on_a_version(api: Api, cookies: list[str]) -> None:
    version = api.get("/v1/datasets/cookies").json["version"]
    assert api.post(ANNOTATIONS, judged(cookies[0]), if_match=f'"{version}"').status == 201
    assert api.post(ANNOTATIONS, judged(cookies[1]), if_match=f'"{version}"').status == 412


def test_a_class_that_the_label_book_does_not_know_is_refused(api: Api, cookies: list[str]) -> None:
    reply = api.post(ANNOTATIONS, judged(cookies[0], defects=[{"class_id": "dent"}]))
    assert (reply.status, reply.json["code"]) == (404, "NoSuchClass")


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"annotations": []}, "annotations"),
        ({"annotations": [{"image_id": "x", "verdict": "NG"}]}, "annotations.0.image_id"),
        ({"annotations": [{"image_id": "a" * 64, "verdict": "BAD"}]}, "annotations.0.verdict"),
        (
            {"annotations": [{"image_id": "a" * 64, "verdict": "NG", "colour": 1}]},
            "annotations.0.colour",
        ),
    ],
)
def test_bad_input_is_told_what_and_where(api: Api, cookies: list[str], body: object, where: str) -> None:
    reply = api.post(ANNOTATIONS, body)
    assert reply.status == 422
    assert [e["where"] for e in reply.json["errors"]] == [where]
    assert reply.json["correlation_id"]


def test_a_missing_thing_is_named(api: Api, cookies: list[str]) -> None:
    reply = api.get("/v1/runs/nope")
    assert (reply.status, reply.json["detail"]) == (404, "there is no run nope")
    assert api.get("/v1/nope").json["detail"] == "there is nothing at /v1/nope"


def test_nobody_writes_without_a_name(api: Api, cookies: list[str]) -> None:
    assert api.post(ANNOTATIONS, judged(cookies[0]), kenpin_actor="").status == 401


def test_a_test_image_stays_a_test_image(api: Api, cookies: list[str]) -> None:
    split = {"image_ids": cookies[:2], "split": "test", "rule": "by hand"}
    assert api.post("/v1/datasets/cookies/splits", split).status == 201
    moved = api.post("/v1/datasets/cookies/splits", split | {"split": "train"})
    assert (moved.status, moved.json["code"]) == (409, "ProtectedTestSplit")
    assert api.get("/v1/datasets/cookies").json["counts"]["test"]["unlabelled"] == 2


def test_excluded_images_leave_the_gallery_and_come_back(api: Api, cookies: list[str]) -> None:
    api.post("/v1/datasets/cookies/exclusions", {"image_ids": cookies[:1], "reason": "blurred"})
    assert len(api.get(IMAGES).json["items"]) == 7
    assert [i["excluded"] for i in api.get(f"{IMAGES}?excluded=true").json["items"]] == ["blurred"]
    api.post("/v1/datasets/cookies/restorations", {"image_ids": cookies[:1]})
    assert len(api.get(IMAGES).json["items"]) == 8


def test_a_window_is_shown_with_the_dataset_as_of_any_version(api: Api, cookies: list[str]) -> None:
    before = api.get("/v1/datasets/cookies").json["version"]
    body = {"low": 64, "high": 4000, "camera": "cam-2", "reason": "12 bits"}
    assert api.post("/v1/datasets/cookies/windows", body).status == 201
    assert api.post("/v1/datasets/cookies/windows", {"low": 0, "high": 65535}).status == 201
    first, second = api.get("/v1/datasets/cookies").json["windows"]
    assert (first["camera"], first["high"], first["how"]) == (None, 65535, "person")
    assert (second["camera"], second["low"], second["reason"]) == ("cam-2", 64, "12 bits")
    assert api.get(f"/v1/datasets/cookies?as_of={before}").json["windows"] == []
    assert api.get(f"/v1/datasets/cookies?as_of={before + 1}").json["windows"] == [second]
    removals = "/v1/datasets/cookies/window-removals"
    assert api.post(removals, {"camera": "cam-2", "reason": "another lamp"}).json["version"] == before + 3
    assert api.get("/v1/datasets/cookies").json["windows"] == [first]
    assert api.get(f"/v1/datasets/cookies?as_of={before + 2}").json["windows"] == [first, second]
    assert api.post(removals, {"camera": "cam-2"}).status == 422


def test_a_window_that_ends_below_its_beginning_is_refused(api: Api, cookies: list[str]) -> None:
    reply = api.post("/v1/datasets/cookies/windows", {"low": 9, "high": 5})
    assert (reply.status, "low (9) must be below high (5)" in str(reply.json)) == (422, True)


def test_a_scale_is_shown_with_the_dataset_as_of_any_version(api: Api, cookies: list[str]) -> None:
    before = api.get("/v1/datasets/cookies").json["version"]
    scales = "/v1/datasets/cookies/scales"
    assert api.post(scales, {"mm_per_pixel": 0.05, "camera": "cam-2", "reason": "a ruler"}).status == 201
    assert api.post(scales, {"mm_per_pixel": 0.1, "reason": "one lens"}).status == 201
    first, second = api.get("/v1/datasets/cookies").json["scales"]
    assert (first["camera"], first["mm_per_pixel"], first["reason"]) == (None, 0.1, "one lens")
    assert (second["camera"], second["mm_per_pixel"], second["by"]) == ("cam-2", 0.05, "inspector")
    assert api.get(f"/v1/datasets/cookies?as_of={before + 1}").json["scales"] == [second]
    assert api.post(scales, {"mm_per_pixel": 0.1}).status == 422
    removals = "/v1/datasets/cookies/scale-removals"
    assert api.post(removals, {"camera": "cam-2", "reason": "another lens"}).json["version"] == before + 3
    assert api.get("/v1/datasets/cookies").json["scales"] == [first]
    assert api.get(f"/v1/datasets/cookies?as_of={before + 2}").json["scales"] == [first, second]
    assert api.post(removals, {"camera": "cam-2"}).status == 422


PART = [[[10, 5], [90, 5], [90, 75], [10, 75]]]
REGIONS = "/v1/datasets/cookies/regions"


def test_a_region_of_interest_is_shown_with_the_dataset_as_of_any_version(
    api: Api, cookies: list[str]
) -> None:
    before = api.get("/v1/datasets/cookies").json["version"]
    drawn = {"width": 100, "height": 80, "include": PART, "reason": "the tray is no part"}
    assert api.post(REGIONS, drawn | {"camera": "cam-2"}).status == 201
    assert api.post(REGIONS, drawn | {"ignore": PART, "include": []}).status == 201
    first, second = api.get("/v1/datasets/cookies").json["regions"]
    assert (first["camera"], first["include"], first["ignore"], first["width"]) == (None, [], PART, 100)
    assert (second["camera"], second["include"], second["reason"]) == ("cam-2", PART, "the tray is no part")
    assert api.post(REGIONS, {"camera": "cam-2"}).status == 201
    assert api.get("/v1/datasets/cookies").json["regions"] == [first]
    assert api.get(f"/v1/datasets/cookies?as_of={before}").json["regions"] == []
    assert api.get(f"/v1/datasets/cookies?as_of={before + 1}").json["regions"] == [second]


def test_a_region_that_is_not_on_the_picture_is_refused(api: Api, cookies: list[str]) -> None:
    reply = api.post(REGIONS, {"width": 80, "height": 80, "include": PART})
    assert reply.status == 422
    assert "polygon 1 of include has a corner at 90, 5, outside the picture of 80 × 80" in str(reply.json)


def test_a_tag_names_a_version_for_good(api: Api, cookies: list[str]) -> None:
    version = api.get("/v1/datasets/cookies").json["version"]
    assert api.post("/v1/datasets/cookies/tags", {"name": "v1", "note": "first"}).status == 201
    assert api.post("/v1/datasets/cookies/tags", {"name": "v1"}).json["code"] == "TagTaken"
    (tag,) = api.get("/v1/datasets/cookies").json["tags"]
    assert (tag["name"], tag["version"], tag["note"], tag["by"]) == ("v1", version, "first", "inspector")


def test_the_history_of_an_image_can_be_read(api: Api, cookies: list[str]) -> None:
    api.post(ANNOTATIONS, judged(cookies[0]))
    api.post(ANNOTATIONS, judged(cookies[0], "OK", reason="a crumb"))
    history = api.get(f"{IMAGES}/{cookies[0]}/history").json["items"]
    assert [e["type"] for e in history] == ["ImageRegistered", "AnnotationSubmitted", "AnnotationSubmitted"]
    assert history[-1]["data"]["reason"] == "a crumb"


def test_a_read_that_the_rows_cannot_answer_yet_says_so(api: Api, cookies: list[str]) -> None:
    reply = api.get("/v1/datasets/cookies?min_version=9999")
    assert (reply.status, reply.json["stale"]) == (200, True)
