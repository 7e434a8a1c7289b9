"""The plan of an import over the API, by the paths and annotation files of a source."""

import json
from collections.abc import Mapping

import pytest

from functions.runtime.event import Json
from tests.functions.conftest import Api, ApiReply

DATASET = "/v1/datasets/cookies"


def planned(api: Api, files: list[str], texts: Mapping[str, str] = {}, **more: object) -> ApiReply:
    body = {"source": "photos.zip", "files": files, "texts": texts, **more}
    return api.post(f"{DATASET}/imports/plan", body)


def in_short(reply: ApiReply) -> dict[str, Json]:
    """Return path → verdict and what else is set."""
    assert reply.status == 200, reply.json
    return {
        each["path"]: {
            name: value for name, value in each.items() if value and name not in ("path", "name", "defects")
        }
        | ({"classes": [d["class_name"] for d in each["defects"]]} if each["defects"] else {})
        for each in reply.json["items"]
    }


def test_a_plan_reads_verdicts_classes_and_splits_from_folders(api: Api, cookies: list[str]) -> None:
    before = api.get(DATASET).json["version"]
    files = ["train/OK/a.png", "test/NG/cracked/b.png", "new/c.png", "train/OK/._a.png", "notes.pdf"]
    reply = planned(api, files, answers={"new": "none"})
    assert in_short(reply) == {
        "train/OK/a.png": {"verdict": "OK", "split": "train"},
        "test/NG/cracked/b.png": {"verdict": "NG", "split": "test", "classes": ["cracked"]},
        "new/c.png": {"reason": "imported from photos.zip, read as new=none"},
    }
    plan = reply.json["plan"]
    assert (plan["source"], plan["layout"], plan["images"]) == ("photos.zip", "folders", 3)
    assert {"split": "test", "verdict": "NG", "class_name": "cracked", "images": 1} in plan["counts"]
    assert {each["why"] for each in plan["passed_over"]} == {"left by macOS", "no image"}
    assert reply.json["classes"] == [{"name": "cracked", "class_id": "cracked", "is_new": False}]
    assert api.get(DATASET).json["version"] == before


def test_a_plan_asks_and_answers_are_read(api: Api, cookies: list[str]) -> None:
    files = ["良品/a.png", "欠け/b.png", "欠け/c.png"]
    asked = planned(api, files).json
    assert asked["items"] == []
    [question] = asked["plan"]["questions"]
    assert (question["word"], question["images"]) == ("欠け", 2)
    answered = planned(api, files, answers={"欠け": "NG:chip"})
    assert in_short(answered)["欠け/b.png"] == {
        "verdict": "NG",
        "classes": ["chip"],
        "reason": "imported from photos.zip, read as 欠け=NG:chip",
    }
    assert answered.json["classes"] == [{"name": "chip", "class_id": "chip", "is_new": True}]


COCO = json.dumps(
    {
        "images": [{"id": 1, "file_name": "a.png"}, {"id": 2, "file_name": "gone.png"}],
        "categories": [{"id": 1, "name": "Cracked"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "segmentation": [[0, 0, 9, 0, 9, 9]]}],
    }
)


@pytest.mark.parametrize(
    ("files", "texts", "layout", "path", "defect"),
    [
        (
            ["img/a.png"],
            {"labels.json": COCO},
            "COCO",
            "img/a.png",
            {"class_name": "Cracked", "polygon": [[0, 0], [9, 0], [9, 9]]},
        ),
        (
            ["a.png"],
            {"a.txt": "0 0.5 0.5 0.5 0.25\n", "classes.txt": "dent\n"},
            "YOLO detection or segmentation",
            "a.png",
            {"class_name": "dent", "box": [0.25, 0.375, 0.5, 0.25], "unit": "share"},
        ),
        (
            ["train/good/0.png", "test/dent/1.png", "ground_truth/dent/1_mask.png"],
            {},
            "MVTec AD, LOCO or BTAD",
            "test/dent/1.png",
            {
                "class_name": "dent",
                "mask": {
                    "path": "ground_truth/dent/1_mask.png",
                    "colour": None,
                    "index": None,
                    "others": [],
                },
            },
        ),
    ],
)
def test_a_plan_reads_annotations(
    api: Api,
    cookies: list[str],
    files: list[str],
    texts: dict[str, str],
    layout: str,
    path: str,
    defect: Json,
) -> None:
    reply = planned(api, [*files, *texts], texts)
    assert reply.json["plan"]["layout"] == layout
    [found] = [each["defects"] for each in reply.json["items"] if each["path"] == path]
    whole = {"box": None, "polygon": None, "mask": None, "unit": "pixel", **defect}
    assert found == [whole]


def test_a_plan_names_problems_and_keeps_the_others(api: Api, cookies: list[str]) -> None:
    reply = planned(api, ["a.png", "labels.json"], {"labels.json": COCO})
    assert [each["path"] for each in reply.json["items"]] == ["a.png"]
    [problem] = reply.json["plan"]["problems"]
    assert problem["where"] == "labels.json image gone.png"
    assert reply.json["classes"] == [{"name": "Cracked", "class_id": "cracked", "is_new": False}]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"files": ["a.pdf"]}, "no images in photos.zip"),
        ({"files": ["OK/a.png"], "answers": {"x": "perhaps"}}, "perhaps is none of OK, NG"),
        ({"files": ["OK/a.png"], "format": "elephant"}, "there is no format elephant"),
        ({"files": ["a.png", "a.txt"], "format": "yolo"}, "there are no class names"),
        ({"files": ["a.png"], "texts": {"a.json": " " * (4 * 1024**2 + 1)}}, "4.0 MB together; 4 MB are"),
        ({"files": ["a.png"] * 10_001}, "send at most 10000"),
    ],
)
def test_what_cannot_be_planned_is_refused_with_its_reason(
    api: Api, cookies: list[str], body: Json, says: str
) -> None:
    reply = planned(api, **body)
    assert reply.status == 422
    assert says in reply.json["detail"]


def test_a_source_that_cannot_be_read_has_the_code_of_its_fault(api: Api, cookies: list[str]) -> None:
    found = planned(api, ["OK/a.png"], format="elephant").json["parameters"]["parts"]
    assert [(each["code"], each["parameters"]["name"]) for each in found] == [("no_format", "elephant")]


def test_annotation_files_that_were_not_sent_are_named(api: Api, cookies: list[str]) -> None:
    files, texts = ["a.png", "a.txt", "b.png", "b.txt"], {"a.txt": "0 .5 .5 .5 .5", "classes.txt": "dent"}
    [problem] = planned(api, files, texts).json["plan"]["problems"]
    assert problem == {
        "where": "b.txt",
        "what": "cannot be read: only its path is known here, not its content",
        "parts": [
            {
                "code": "cannot_be_read",
                "parameters": {"error": "only its path is known here, not its content"},
            }
        ],
        "place": [],
    }


def test_an_inspector_plans_no_import(api: Api, cookies: list[str]) -> None:
    api.grant("ito", "inspector", "cookies")
    body = {"source": "photos.zip", "files": ["OK/a.png"]}
    reply = api.post(f"{DATASET}/imports/plan", body, kenpin_actor="ito")
    assert reply.status == 403
    assert "admin or engineer" in reply.json["detail"]
