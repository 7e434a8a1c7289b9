"""Erasures on both bases: bytes are deleted, those of other datasets stay, history still verifies."""

from io import BytesIO

import pytest

from host.gateway import call
from kenpin.bootstrap import platform
from kenpin.domain.commit import Finding, Head, genesis, verify
from tests.functions.conftest import Api, picture, sent

CALL: dict[str, object] = {}


@pytest.fixture
def images(everywhere: Api) -> tuple[Api, list[str]]:
    """Three images in `cookies`, the second of them in `cakes` of another project too."""
    api = everywhere
    for project, dataset in (("p", "cookies"), ("q", "cakes")):
        api.post("/v1/projects", {"project_id": project, "name": project})
        api.post("/v1/datasets", {"dataset_id": dataset, "project_id": project, "name": dataset})
    ids = [api.image(n, project_id="p") for n in range(3)]
    api.image(1, project_id="q")
    api.post("/v1/datasets/cookies/images", {"images": [{"digest": id} for id in ids]})
    api.post("/v1/datasets/cakes/images", {"images": [{"digest": ids[1]}]})
    for id in ids:
        call("thumbnails", {"Records": [{"s3": {"object": {"key": f"images/{id}"}}}]})
    return api, ids


def erase(api: Api, dataset: str, *ids: str) -> None:
    reply = api.post(f"/v1/datasets/{dataset}/erasures", {"image_ids": list(ids), "reason": "a face"})
    assert reply.status == 201, reply.json


def stored(*ids: str) -> set[str]:
    names = [name for id in ids for name in (f"images/{id}", f"thumbnails/{id}.webp")]
    return platform().objects.has(names)


def test_bytes_of_an_erased_image_are_deleted(images: tuple[Api, list[str]]) -> None:
    api, (first, *_) = images
    erase(api, "cookies", first)
    assert stored(first), "the fact comes first, the deed after it"
    assert call("erasures", CALL) == {"erased": 1, "left": 0}
    assert not stored(first)
    assert call("erasures", CALL) == {"erased": 0, "left": 0}


def test_bytes_of_another_dataset_stay_until_they_are_erased_there_too(images: tuple[Api, list[str]]) -> None:
    api, (_, shared, _) = images
    erase(api, "cookies", shared)
    call("erasures", CALL)
    assert len(stored(shared)) == 2
    shown = api.get(f"/v1/datasets/cookies/images/{shared}").json
    assert (shown["erased"], shown["image_url"], shown["thumbnail_url"]) == ("a face", None, None)
    assert api.get(f"/v1/datasets/cakes/images/{shared}").json["image_url"]
    erase(api, "cakes", shared)
    call("erasures", CALL)
    assert not stored(shared)


def test_rows_say_so_at_every_version(images: tuple[Api, list[str]]) -> None:
    api, (first, *others) = images
    before = api.get("/v1/datasets/cookies").json["version"]
    erase(api, "cookies", first)
    [then] = [
        i
        for i in api.get(f"/v1/datasets/cookies/images?as_of={before}").json["items"]
        if i["image_id"] == first
    ]
    assert (then["erased"], then["excluded"], then["image_url"]) == ("a face", None, None)
    assert [i["image_id"] for i in api.get("/v1/datasets/cookies/images").json["items"]] == others
    [now] = api.get("/v1/datasets/cookies/images?excluded=true").json["items"]
    assert (now["image_id"], now["erased"], now["excluded"]) == (first, "a face", "a face")


def test_masks_go_with_the_image_unless_another_has_them(images: tuple[Api, list[str]]) -> None:
    api, (first, second, _) = images
    api.post("/v1/projects/p/defect-classes", {"class_id": "crack", "name": "Crack"})
    own, common = (sent(picture(n), "p") for n in (40, 41))
    for image, masks in ((first, (own, common)), (second, (common,))):
        drawn = [{"class_id": "crack", "mask": mask} for mask in masks]
        judged = {"image_id": image, "verdict": "NG", "defects": drawn}
        assert api.post("/v1/datasets/cookies/annotations", {"annotations": [judged]}).status == 201
    api.post("/v1/datasets/cookies/withdrawals", {"images": [{"image_id": first}]})
    erase(api, "cookies", first)
    call("erasures", CALL)
    assert not stored(own) and stored(common)


def test_a_mask_that_was_drawn_goes_with_the_image(images: tuple[Api, list[str]]) -> None:
    api, (first, *_) = images
    api.post("/v1/projects/p/defect-classes", {"class_id": "crack", "name": "Crack"})
    seen = api.get(f"/v1/datasets/cookies/images/{first}").json
    runs = [1, 2, seen["width"] * seen["height"] - 3]
    judged = {"image_id": first, "verdict": "NG", "defects": [{"class_id": "crack", "mask_runs": runs}]}
    reply = api.post("/v1/datasets/cookies/annotations", {"annotations": [judged]})
    assert reply.status == 201, reply.json
    [defect] = api.get(f"/v1/datasets/cookies/images/{first}").json["defects"]
    mask = defect["mask"]
    assert stored(mask) == {f"images/{mask}"}
    erase(api, "cookies", first)
    call("erasures", CALL)
    assert not stored(mask)


def test_an_erased_image_does_not_come_back(images: tuple[Api, list[str]]) -> None:
    api, (first, *_) = images
    erase(api, "cookies", first)
    call("erasures", CALL)
    files = {"files": [{"digest": first, "size": 9, "media_type": "image/png"}]}
    uploads = api.post("/v1/datasets/cookies/uploads", files).json["uploads"]
    assert uploads == [{"digest": first, "url": None, "detail": ""}]
    again = api.post("/v1/datasets/cookies/images", {"images": [{"digest": first}]}).json
    assert [(i["outcome"], i["detail"]) for i in again["items"]] == [
        ("rejected", "the image was erased (a face)")
    ]


def test_history_is_as_provable_as_before(images: tuple[Api, list[str]]) -> None:
    api, (first, *_) = images
    erase(api, "cookies", first)
    call("erasures", CALL)
    store = platform().events
    start = Head("dataset-cookies", 0, genesis(store.tenant, "dataset-cookies"))
    *findings, reached = verify(start, store.read("dataset-cookies"))
    assert findings == [] and not isinstance(reached, Finding) and reached == store.head("dataset-cookies")
    history = api.get(f"/v1/datasets/cookies/images/{first}/history").json["items"]
    assert [event["type"] for event in history] == ["ImageRegistered", "ImageErased"]


def test_nothing_is_deleted_while_rows_lag_behind(
    images: tuple[Api, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dataset that has just got the same image must be seen."""
    api, (first, *_) = images
    api.image(0, project_id="q")
    erase(api, "cookies", first)
    monkeypatch.setattr("kenpin.application.erase.ROWS_TIMEOUT_S", 0.01)
    headers = {"kenpin-actor": "inspector", "content-type": "application/json"}
    body = {"images": [{"digest": first}]}
    assert api.send("POST", "/v1/datasets/cakes/images", body, headers).status == 201
    assert call("erasures", CALL) == {"erased": 0, "left": 1}
    api.catch_up()
    assert call("erasures", CALL) == {"erased": 1, "left": 0}
    assert stored(first), "cakes has it"


def test_an_erased_image_has_no_address_anywhere_though_another_project_holds_its_bytes(
    images: tuple[Api, list[str]],
) -> None:
    api, (_, shared, other) = images
    dataset, shown = "/v1/datasets/cookies", {"dataset_id": "cookies", "image_id": shared}
    example = {"class_id": "crack", "name": "Crack", "examples": [shown]}
    api.post("/v1/projects/p/defect-classes", example)
    api.post("/v1/projects/p/limit-samples", {**shown, "class_id": "crack", "side": "rejected"})
    for id in (shared, other):
        told = {"image_id": id, "found_at": "2026-03-01", "found_by": "a customer", "return_id": id[:8]}
        assert api.post(f"{dataset}/field-returns", told).status == 201
    judged = {"annotations": [{"image_id": shared, "verdict": "NG"}]}
    version = api.post(f"{dataset}/annotations", judged).json["version"]
    erase(api, "cookies", shared)
    assert len(stored(shared)) == 2
    for path in (
        "/v1/projects/p/label-book",
        "/v1/projects/p/limit-samples",
        f"{dataset}/diff?from=0&to={version}",
        f"{dataset}/diff?from=0&to={version + 1}",
        f"{dataset}/field-returns",
        f"{dataset}/field-returns/{shared[:8]}",
        f"{dataset}/undos/preview?from_version={version}",
        f"{dataset}/images?excluded=true",
    ):
        answer = str(api.get(path).json)
        assert shared in answer and f"s/{shared}" not in answer, path
    assert f"thumbnails/{other}" in str(api.get(f"{dataset}/field-returns").json)


def test_checkpoints_of_runs_that_are_over_are_left_to_no_worker(api: Api, labelled: list[str]) -> None:
    over, waiting = (str(api.post("/v1/runs", {"dataset_id": "cookies"}).json["id"]) for _ in range(2))
    assert api.post(f"/v1/runs/{over}/cancellation", {"reason": "a trial"}).status == 201
    for name in (f"{over}.ab.001", f"{over}.ab.002", f"{waiting}.ab.001", "unknown.ab.001"):
        platform().objects.put(f"checkpoints/{name}", BytesIO(b"weights"))
    call("erasures", CALL)
    left = list(platform().objects.names("checkpoints/"))
    assert sorted(left) == sorted([f"checkpoints/{waiting}.ab.001", "checkpoints/unknown.ab.001"])


def test_uploads_that_became_images_or_masks_are_deleted(api: Api, cookies: list[str]) -> None:
    mask, fresh = sent(picture(77)), sent(picture(78))
    defects = [{"class_id": "cracked", "mask": mask}]
    judgement = {"image_id": cookies[0], "verdict": "NG", "defects": defects}
    reply = api.post("/v1/datasets/cookies/annotations", {"annotations": [judgement]})
    assert reply.status == 201, reply.json
    sent(picture(0))  # known already, and sent once more
    elsewhere = sent(picture(0), "cakes")
    call("erasures", CALL)
    left = list(platform().objects.names("uploads/"))
    assert left == [f"uploads/cakes.{elsewhere}", f"uploads/cookies.{fresh}"]
    assert platform().objects.has([f"images/{mask}"])
