"""Splits by groups and time through the API: the plan, carrying it out, groups and their filter."""

import pytest

from kenpin.application import whole_datasets
from tests.functions.conftest import Api

DATASET = "/v1/datasets/cookies"


@pytest.fixture
def parts(api: Api, cookies: list[str]) -> list[str]:
    """Eight cookies, two of each part."""
    for n, id in enumerate(cookies):
        capture = {"part": f"P{n // 2}", "lot": f"L{n // 4}"}
        assert api.post(f"{DATASET}/captures", {"image_id": id, "capture": capture}).status == 201
    return cookies


def splits(api: Api) -> dict[str, str | None]:
    return {image["image_id"]: image["split"] for image in api.get(f"{DATASET}/images").json["items"]}


def test_a_plan_changes_nothing_and_carried_out_it_keeps_parts_together(api: Api, parts: list[str]) -> None:
    rule = {"by": "part", "test": 0.25, "validation": 0.25, "seed": 7}
    plan = api.post(f"{DATASET}/splits/plan", rule).json
    assert {split: (c["images"], c["moved"], c["groups"]) for split, c in plan["splits"].items()} == {
        "train": (4, 4, 2),
        "validation": (2, 2, 1),
        "test": (2, 2, 1),
    }
    assert plan["splits"]["train"]["verdicts"] == {"unlabelled": 4}
    assert set(splits(api).values()) == {None}
    done = api.post(
        f"{DATASET}/splits/execution", {**rule, "version": plan["version"]}, kenpin_batch="split-1"
    )
    assert (done.status, done.json["images"], done.json["next_cursor"]) == (201, 8, None)
    where = splits(api)
    assert [where[one] for one in parts[::2]] == [where[other] for other in parts[1::2]]
    again = api.post(f"{DATASET}/splits/execution", {**rule, "version": plan["version"]}).json
    assert again["version"] == done.json["version"]
    repeated = api.post(f"{DATASET}/splits/plan", rule).json["splits"]
    assert repeated["test"]["moved"] == 0
    undone = api.post(f"{DATASET}/undos", {"batch_id": "split-1", "reason": "wrong seed"})
    assert undone.json["images"] == 8
    assert set(splits(api).values()) == {None}


def test_a_dataset_too_large_for_one_request_is_refused_with_what_to_do(
    api: Api, parts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    api.post(f"{DATASET}/exclusions", {"image_ids": parts[:1], "reason": "blurred"})
    monkeypatch.setattr(whole_datasets, "MOST_IMAGES", 7)
    assert api.post(f"{DATASET}/splits/plan", {"by": "part"}).status == 200
    assert api.post(f"{DATASET}/duplicates", {}).status == 200
    monkeypatch.setattr(whole_datasets, "MOST_IMAGES", 6)
    for path, body in (("splits/plan", {"by": "part"}), ("duplicates", {}), ("duplicates/groups", None)):
        refused = api.post(f"{DATASET}/{path}", body)
        assert (refused.status, "7 images take part, and at most 6" in refused.json["detail"]) == (409, True)


def test_the_rule_of_a_split_stands_in_its_events(api: Api, parts: list[str]) -> None:
    plan = api.post(f"{DATASET}/splits/plan", {"by": "lot", "test": 0.5}).json
    assert plan["rule"] == "whole groups by lot: test 0.5, validation 0, seed 0"
    api.post(f"{DATASET}/splits/execution", {"by": "lot", "test": 0.5, "version": plan["version"]})
    history = api.get(f"{DATASET}/images/{parts[0]}/history").json["items"]
    assert history[-1]["type"] == "SplitAssigned"
    assert history[-1]["data"]["rule"] == plan["rule"]
    assert api.get(f"{DATASET}/images/{parts[0]}").json["group"] == "L0"


def test_images_are_put_into_a_group_and_found_by_it(api: Api, parts: list[str]) -> None:
    before = api.get(DATASET).json["version"]
    named = {"image_ids": [parts[0], parts[7]], "group": "tray"}
    api.post(f"{DATASET}/groups", {"groups": [named], "reason": "one tray"})
    shown = api.get(f"{DATASET}/images?group=tray").json["items"]
    assert [image["image_id"] for image in shown] == [parts[0], parts[7]]
    assert [image["image_id"] for image in api.get(f"{DATASET}/images?group=P0").json["items"]] == [parts[1]]
    then = api.get(f"{DATASET}/images?group=P0&as_of={before}").json["items"]
    assert [image["image_id"] for image in then] == parts[:2]
    undone = api.post(f"{DATASET}/undos", {"from_version": before + 1, "reason": "another tray"})
    assert undone.json["images"] == 2
    assert api.get(f"{DATASET}/images/{parts[0]}").json["group"] == "P0"


def test_the_grouping_field_of_a_dataset_can_be_set(api: Api, parts: list[str]) -> None:
    assert api.post(f"{DATASET}/grouping", {"field": "lot"}, method="PUT").status == 200
    assert api.get(f"{DATASET}/images/{parts[0]}").json["group"] == "L0"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"by": "colour"}, "by"),
        ({"by": "part", "test": 0.9, "validation": 0.5}, "body"),
        ({"by": "part", "test": 0}, "body"),
    ],
)
def test_a_rule_that_cannot_be_is_a_bad_request(
    api: Api, cookies: list[str], body: dict[str, object], where: str
) -> None:
    reply = api.post(f"{DATASET}/splits/plan", body)
    assert reply.status == 422
    assert where in str(reply.json["errors"])


def test_a_plan_of_a_version_to_come_is_not_there(api: Api, parts: list[str]) -> None:
    reply = api.post(f"{DATASET}/splits/execution", {"by": "part", "version": 10_000})
    assert reply.status == 404


def test_images_come_in_with_a_group_and_stay_in_the_one_that_they_are_in(
    api: Api, cookies: list[str]
) -> None:
    new = api.image(99)
    images = [{"digest": id, "group": f"tray {n}"} for n, id in enumerate((cookies[0], new))]
    assert api.post(f"{DATASET}/images", {"images": images}).status == 201
    assert api.get(f"{DATASET}/images/{cookies[0]}").json["group"] == "tray 0"
    assert api.get(f"{DATASET}/images/{new}").json["group"] == "tray 1"
    again = [{"digest": new, "group": "box"}]
    assert api.post(f"{DATASET}/images", {"images": again}).status == 201
    assert api.get(f"{DATASET}/images/{new}").json["group"] == "tray 1"
