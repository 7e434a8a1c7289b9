"""Exports over the API: what is lost, the request, the file, and how it ends."""

import errno
import json
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image

from functions.runtime.event import Json
from host.gateway import call
from kenpin.application import export, leftovers
from kenpin.bootstrap import platform
from kenpin.exporting.catalogue import FORMATS
from kenpin.exporting.targets import ZipTarget
from kenpin.read_models.gallery.queries import Filter
from tests.functions.conftest import Api, picture, sent

PATH = "/v1/datasets/cookies/exports"
SHAPES_ALONE = dict.fromkeys(("coco", "yolo", "yolo-segmentation", "voc"), (0, 1, 2, 4))
WRITTEN = {**SHAPES_ALONE, "mvtec": range(5)}
"""The cookies that a format writes; the others write all."""


def mask_of(size: tuple[int, int] = (64, 48)) -> str:
    pixels = np.zeros((size[1], size[0]), np.bool_)
    pixels[5:9, 4:12] = True
    out = BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return sent(out.getvalue())


@pytest.fixture
def judged(api: Api, cookies: list[str]) -> list[str]:
    """The eight cookies: box, polygon, mask, class alone, OK, HOLD, and two without a verdict."""
    shapes: list[Json] = [
        {"box": [1, 2, 3.5, 4]},
        {"polygon": [[0, 0], [9, 0], [9, 9]]},
        {"mask": mask_of()},
        {},
    ]
    ng = [
        {"image_id": id, "verdict": "NG", "defects": [{"class_id": "cracked", **shape}]}
        for id, shape in zip(cookies, shapes, strict=False)
    ]
    others = [{"image_id": cookies[4], "verdict": "OK"}, {"image_id": cookies[5], "verdict": "HOLD"}]
    reply = api.post("/v1/datasets/cookies/annotations", {"annotations": [*ng, *others]})
    assert reply.status == 201, reply.json
    body = {"image_ids": cookies[:3], "split": "train", "rule": "by hand"}
    assert api.post("/v1/datasets/cookies/splits", body).status == 201
    groups = {"groups": [{"image_ids": cookies[:2], "group": "part 7"}], "reason": "one part"}
    reply = api.post("/v1/datasets/cookies/groups", groups)
    assert reply.status == 201, reply.json
    return cookies


def asked(api: Api, **request: object) -> str:
    reply = api.post(PATH, {"format": "jsonl", **request})
    assert reply.status == 202, reply.json
    return str(reply.json["export_id"])


def made(export_id: str, late: bool = False) -> None:
    """Wake the function as the store does."""
    call(
        "exports",
        {"Records": [{"s3": {"object": {"key": f"export-requests/cookies.{export_id}"}}}]},
        0 if late else None,
    )


def file_of(export_id: str) -> ZipFile:
    return ZipFile(BytesIO(content_of(export_id)))


def content_of(export_id: str) -> bytes:
    with platform().objects.open(f"exports/cookies.{export_id}.zip") as file:
        return file.read()


def test_each_format_says_what_it_cannot_carry(api: Api, judged: list[str]) -> None:
    plan = api.get(f"{PATH}/plan").json
    assert (plan["images"], plan["version"]) == (8, api.get("/v1/datasets/cookies").json["version"])
    losses = {
        each["name"]: {loss["fact"]: (loss["effect"], loss["count"]) for loss in each["losses"]}
        for each in plan["formats"]
    }
    assert list(losses) == list(FORMATS)
    assert losses["jsonl"] == {}
    assert losses["yolo"] == {
        "ok": ("without_verdict", 1),
        "hold": ("left_out", 1),
        "unjudged": ("left_out", 2),
        "unplaced_images": ("left_out", 1),
        "unplaced": ("left_out", 1),
        "captures": ("without", 8),
        "groups": ("without", 2),
        "polygons": ("as_box", 1),
        "masks": ("as_box", 1),
    }
    assert losses["mvtec"]["ng_in_training"] == ("as_test", 4)
    assert losses["mvtec"]["unassigned"] == ("as_train", 1)


@pytest.mark.parametrize("format", FORMATS)
def test_the_plan_counts_the_images_that_a_format_writes(api: Api, judged: list[str], format: str) -> None:
    [planned] = [each for each in api.get(f"{PATH}/plan").json["formats"] if each["name"] == format]
    export_id = asked(api, format=format)
    made(export_id)
    assert api.get(f"{PATH}/{export_id}").json["images"] == planned["images"]
    assert planned["bytes"] == sum(len(picture(n)) for n in range(8) if n in WRITTEN.get(format, range(8)))


def test_an_export_of_no_image_is_refused(api: Api, judged: list[str]) -> None:
    for request in ({"format": "coco", "verdict": "HOLD"}, {"format": "csv", "product": "none"}):
        reply = api.post(PATH, request)
        assert reply.status == 422
        assert "leave no image" in reply.json["detail"]


def test_the_plan_counts_what_the_filters_leave(api: Api, judged: list[str]) -> None:
    assert api.get(f"{PATH}/plan?verdict=NG&split=train").json["images"] == 3
    assert api.get(f"{PATH}/plan?line=L1").json["images"] == 4
    assert api.get(f"{PATH}/plan?group=part%207").json["images"] == 2
    assert api.get(f"{PATH}/plan?verdict=NG&as_of=3").json["images"] == 0


def test_an_export_is_asked_for_made_and_downloaded(everywhere: Api, judged: list[str]) -> None:
    api = everywhere
    export_id = asked(api)
    assert api.get(f"{PATH}/{export_id}").json["state"] == "making"
    made(export_id)
    state = api.get(f"{PATH}/{export_id}").json
    assert (state["state"], state["percent"], state["images"], state["wrong"]) == ("done", 100, 8, [])
    assert f"exports/cookies.{export_id}.zip" in state["url"]
    with file_of(export_id) as file:
        lines = [json.loads(line) for line in file.read("images.jsonl").splitlines()]
        assert [line.get("verdict") for line in lines] == ["NG"] * 4 + ["OK", "HOLD", None, None]
        assert lines[0]["defects"] == [{"class": "cracked", "box": [1.0, 2.0, 3.5, 4.0]}]
        assert (lines[0]["capture"], lines[0]["group"]) == ({"line": "L0"}, "part 7")
        assert file.read("images/0.png") == picture(0)


def test_the_same_request_gives_the_same_bytes_and_is_made_once(api: Api, judged: list[str]) -> None:
    first, second = asked(api, format="coco"), asked(api, format="coco")
    for export_id in (first, second, first):
        made(export_id)
    assert content_of(first) == content_of(second)


def test_an_export_is_as_of_a_version_with_filters(api: Api, judged: list[str]) -> None:
    past = asked(api, as_of="3")
    filtered = asked(api, verdict="NG", split="train", format="csv")
    for export_id in (past, filtered):
        made(export_id)
    with file_of(past) as file:
        assert {line for line in file.read("images.jsonl").splitlines() if b"verdict" in line} == set()
    with file_of(filtered) as file:
        assert len([name for name in file.namelist() if name.startswith("images/")]) == 3


def test_images_can_be_referenced(api: Api, judged: list[str]) -> None:
    export_id = asked(api, images="referenced")
    made(export_id)
    with file_of(export_id) as file:
        assert "images/0.png" not in file.namelist()
        assert file.read("references.csv").splitlines()[1].decode().startswith(f'"images/0.png",{judged[0]},')


def test_a_damaged_or_missing_picture_is_named_and_stops_no_other(api: Api, judged: list[str]) -> None:
    objects = platform().objects
    objects.erase([f"images/{judged[0]}", f"images/{judged[1]}"])
    objects.put(f"images/{judged[1]}", BytesIO(b"other bytes"))
    export_id = asked(api)
    made(export_id)
    state = api.get(f"{PATH}/{export_id}").json
    assert (state["state"], state["images"]) == ("done", 6)
    assert [sentence.partition(":")[0] for sentence in state["wrong"]] == ["images/0.png", "images/1.png"]
    assert "damaged" in state["wrong"][1]


@pytest.mark.parametrize("format", FORMATS)
def test_an_image_of_a_bad_mask_is_named_and_stops_no_other(api: Api, judged: list[str], format: str) -> None:
    small, broken = mask_of((8, 16)), sent(b"no picture")
    gone = sent(b"to be lost")
    masks = {0: small, 1: broken, 2: gone}
    drawn = [
        {"image_id": judged[n], "verdict": "NG", "defects": [{"class_id": "cracked", "mask": mask}]}
        for n, mask in masks.items()
    ]
    reply = api.post("/v1/datasets/cookies/annotations", {"annotations": drawn})
    assert reply.status == 201, reply.json
    platform().objects.erase([f"images/{gone}"])
    export_id = asked(api, format=format)
    made(export_id)
    state = api.get(f"{PATH}/{export_id}").json
    assert state["state"] == "done"
    assert state["wrong"] == [
        "0.png: the mask of cracked has 8×16 pixels and the image 64×48",
        "1.png: the mask of cracked is damaged or no picture",
        "2.png: the mask of cracked: its stored bytes are missing",
    ]
    with file_of(export_id) as file:
        pictures = {name.rpartition("/")[2] for name in file.namelist()}
    assert "4.png" in pictures
    assert not pictures & {"0.png", "1.png", "2.png"}


def test_erased_images_are_left_out(api: Api, judged: list[str]) -> None:
    api.post("/v1/datasets/cookies/erasures", {"image_ids": [judged[0]], "reason": "asked for"})
    assert api.get(f"{PATH}/plan").json["images"] == 7
    export_id = asked(api)
    made(export_id)
    with file_of(export_id) as file:
        assert "images/0.png" not in file.namelist()


def test_an_export_that_is_late_or_too_large_says_so(
    api: Api, judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    export_id = asked(api)
    made(export_id, late=True)
    state = api.get(f"{PATH}/{export_id}").json
    assert (state["state"], state["url"]) == ("failed", None)
    assert "only 0 of 8 images were written" in state["failed"]
    monkeypatch.setattr(export, "LARGEST_BYTES", 10)
    reply = api.post(PATH, {"format": "yolo"})
    assert reply.status == 422
    assert "kenpin export cookies --format yolo" in reply.json["detail"]


def test_what_is_not_there_is_said(api: Api, cookies: list[str]) -> None:
    assert api.get(f"{PATH}/never").status == 404
    assert api.post(PATH, {"format": "xls"}).status == 422
    assert api.post(PATH, {"format": "coco", "as_of": "999"}).status == 404


def test_images_of_several_classes_are_counted_for_a_layout_of_folders(api: Api, cookies: list[str]) -> None:
    api.post("/v1/projects/cookies/defect-classes", {"class_id": "burnt", "name": "burnt"})
    both = [{"class_id": "cracked"}, {"class_id": "burnt"}, {"class_id": "burnt"}]
    judged = [{"image_id": id, "verdict": "NG", "defects": both[n:]} for n, id in enumerate(cookies[:2])]
    assert api.post("/v1/datasets/cookies/annotations", {"annotations": judged}).status == 201
    plan = api.get(f"{PATH}/plan").json
    [mvtec] = [each for each in plan["formats"] if each["name"] == "mvtec"]
    assert {"fact": "several_classes", "effect": "as_combined", "count": 1} in mvtec["losses"]


def test_every_fact_of_a_format_is_counted(api: Api, cookies: list[str]) -> None:
    facts = {fact for format in FORMATS.values() for fact in format.effects}
    assert facts <= export.count_facts(platform(), "cookies", Filter(), 3).keys()


def test_exports_of_days_ago_expire(api: Api, judged: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    kept, old = asked(api), asked(api)
    made(old)
    call("erasures", {})
    assert api.get(f"{PATH}/{old}").json["state"] == "done"
    monkeypatch.setattr(leftovers, "KEPT_FOR", timedelta(0))
    call("erasures", {})
    assert [api.get(f"{PATH}/{id}").status for id in (kept, old)] == [404, 404]
    assert list(platform().objects.names("exports/")) == []


def test_a_full_disk_ends_an_export_and_says_so(
    api: Api, judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    export_id = asked(api)
    monkeypatch.setattr(ZipTarget, "add", full)
    made(export_id)
    state = api.get(f"{PATH}/{export_id}").json
    assert (state["state"], state["failed"]) == ("failed", "the disk is full; free some space and ask again")
