"""Labels of an import over the API: splits, verdicts, shapes and masks, image by image."""

from collections.abc import Sequence
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from functions.runtime.event import Json
from kenpin.application import judge
from kenpin.application.defect_classes import KnownClass, known_classes
from kenpin.application.execute import RequestContext
from kenpin.application.platform_parts import PlatformParts
from kenpin.bootstrap import platform
from kenpin.domain.dataset.commands import Judgement
from kenpin.domain.event import Context
from kenpin.domain.ids import upload_name
from tests.functions.conftest import Api, ApiReply, sent

DATASET = "/v1/datasets/cookies"
NO_PICTURE = "it is no picture; send PNG, JPEG, TIFF, BMP, WebP, GIF, PPM, AVIF or JPEG 2000"
STREAM = "dataset-cookies"
SIZE = (64, 48)
BOX: Json = {"class_name": "Cracked", "box": [1, 2, 30, 4]}
SHARES: Json = {"class_name": "cracked", "box": [0.5, 0.5, 0.25, 0.25], "unit": "share"}
POLYGON: Json = {"class_name": "cracked", "polygon": [[0, 0], [90, 0], [90, 9]]}
ELLIPSE = [[32 + 20 * np.cos(a), 24 + 10 * np.sin(a)] for a in np.linspace(0, 2 * np.pi, 600, endpoint=False)]


def entry(verdict: str | None = None, *defects: Json, **more: object) -> Json:
    return {"path": "a.png", "name": "a.png", "verdict": verdict, "defects": list(defects), **more}


def labelled(api: Api, entries: Sequence[tuple[str, Json]], **more: str | Json) -> ApiReply:
    items = [{"image_id": id, "entry": each} for id, each in entries]
    headers = (
        {"kenpin_batch": "import-1"} if "actor" not in more else {"kenpin_actor": str(more.pop("actor"))}
    )
    return api.post(f"{DATASET}/imports/labels", {"source": "photos.zip", "items": items, **more}, **headers)


def outcomes(reply: ApiReply) -> list[str]:
    assert reply.status == 201, reply.json
    return [each["outcome"] for each in reply.json["items"]]


def image(api: Api, image_id: str) -> Json:
    return api.get(f"{DATASET}/images/{image_id}").json


def mask_png(size: tuple[int, int] = SIZE, mode: str = "L") -> bytes:
    pixels = np.zeros((size[1], size[0]), np.uint8)
    pixels[5:9, 4:12] = 255
    out = BytesIO()
    Image.fromarray(pixels).convert(mode).save(out, "PNG")
    return out.getvalue()


def marked(digest: str) -> int:
    """Return how many pixels a stored mask marks."""
    with platform().objects.open(f"images/{digest}") as file, Image.open(file) as picture:
        assert (picture.size, picture.mode) == (SIZE, "1")
        return int(np.asarray(picture).sum())


def test_images_get_their_splits_verdicts_and_classes(api: Api, cookies: list[str]) -> None:
    entries = [
        (cookies[0], entry("OK", split="train")),
        (cookies[1], entry("NG", BOX, split="test", reason="read as 欠け=NG:cracked")),
        (cookies[2], entry("HOLD")),
        (cookies[3], entry(split="validation")),
    ]
    reply = labelled(api, entries, split_rule="given by photos.zip")
    assert outcomes(reply) == ["judged", "judged", "judged", "unjudged"]
    assert [each["split"] for each in reply.json["items"]] == [True, True, False, True]
    found = [image(api, id) for id in cookies[:4]]
    assert [each["verdict"] for each in found] == ["OK", "NG", "HOLD", None]
    assert [each["split"] for each in found] == ["train", "test", None, "validation"]
    [defect] = found[1]["defects"]
    assert (defect["class_id"], defect["box"]) == ("cracked", [1, 2, 30, 4])
    assert found[0]["annotation"]["reason"] == "imported from photos.zip"
    assert found[1]["annotation"]["reason"] == "read as 欠け=NG:cracked"
    history = api.get(f"{DATASET}/images/{cookies[0]}/history").json["items"]
    assert [each["data"]["rule"] for each in history if each["type"] == "SplitAssigned"] == [
        "given by photos.zip"
    ]


def test_shapes_become_pixels_and_are_cut_off_at_the_edge(api: Api, cookies: list[str]) -> None:
    long: Json = {"class_name": "cracked", "polygon": ELLIPSE}
    entries = [(cookies[n], entry("NG", shape)) for n, shape in enumerate((SHARES, POLYGON, long))]
    reply = labelled(api, entries)
    assert outcomes(reply) == ["judged"] * 3
    assert [each["clipped"] for each in reply.json["items"]] == [False, True, False]
    cut_off = f"a shape goes beyond the picture ({SIZE[0]}×{SIZE[1]}) and is cut off there"
    assert [each["detail"] for each in reply.json["items"]] == ["", cut_off, ""]
    [share], [polygon], [many] = (image(api, id)["defects"] for id in cookies[:3])
    assert share["box"] == [32, 24, 16, 12]
    assert polygon["polygon"] == [[0, 0], [64, 0], [64, 9]]
    assert marked(many["mask"]) == pytest.approx(np.pi * 200, rel=0.1)


def test_uploaded_masks_and_runs_are_stored_as_masks(everywhere: Api, cookies: list[str]) -> None:
    """`everywhere`: on one machine, and with DynamoDB and S3."""
    api, digest = everywhere, sent(mask_png())
    shapes: list[Json] = [
        {"class_name": "cracked", "mask": {"path": "ground_truth/a_mask.png"}},
        {"class_name": "cracked", "mask": {"width": 64, "height": 48, "counts": [48, 7, 64 * 48 - 55]}},
        {"class_name": "cracked", "mask": {"width": 64, "height": 48, "counts": [64 * 48]}},
    ]
    entries = [(id, entry("NG", shape)) for id, shape in zip(cookies, shapes, strict=False)]
    assert outcomes(labelled(api, entries, masks={"ground_truth/a_mask.png": digest})) == ["judged"] * 3
    [mask], [runs], nothing = (image(api, id)["defects"] for id in cookies[:3])
    assert (marked(mask["mask"]), marked(runs["mask"]), nothing) == (32, 7, [])


def test_a_mask_may_be_an_image_of_the_project(api: Api, cookies: list[str]) -> None:
    """The upload plan sends no address for it, as its bytes are there."""
    digest = sent(mask_png())
    assert api.post(f"{DATASET}/images", {"images": [{"digest": digest}]}).status == 201
    platform().objects.expire(upload_name("cookies", digest))
    shape: Json = {"class_name": "cracked", "mask": {"path": "m.png"}}
    assert outcomes(labelled(api, [(cookies[0], entry("NG", shape))], masks={"m.png": digest})) == ["judged"]


def details(reply: ApiReply) -> list[tuple[str, str]]:
    return [(each["outcome"], each["detail"]) for each in reply.json["items"]]


def test_one_bad_item_stops_no_other(api: Api, cookies: list[str]) -> None:
    api.post(f"{DATASET}/exclusions", {"image_ids": [cookies[5]], "reason": "blurred"})
    api.post("/v1/projects/cookies/defect-classes", {"class_id": "old", "name": "old"})
    api.post("/v1/projects/cookies/defect-classes/old/retirement", {"reason": "split up"})
    polygon = {"class_name": "cracked", "polygon": [[0, 0], [9, 9], [9, 9]]}
    entries: list[tuple[str, Json, str, str]] = [
        ("e" * 64, entry("OK"), "rejected", "is not in this dataset; register it first"),
        (
            cookies[0],
            entry("NG", {"class_name": "dent"}),
            "rejected",
            "class dent; somebody with the role admin",
        ),
        (cookies[1], entry("NG", {"class_name": "old"}), "rejected", "retired"),
        (
            cookies[2],
            entry("NG", {**BOX, "box": [70, 2, 3, 4]}),
            "rejected",
            "outside of the picture (64×48)",
        ),
        (cookies[3], entry("OK", BOX), "rejected", "judged OK but names defects"),
        (cookies[4], entry("NG", reason="x" * 2001), "rejected", "reason: String should have at most 2000"),
        (cookies[5], entry("OK"), "unjudged", "the image is excluded (blurred)"),
        (cookies[6], entry("NG", {**polygon, "polygon": [[0, 0], [9, 9]]}), "rejected", "length >= 3"),
        (cookies[7], entry("OK", split="train"), "judged", ""),
        (cookies[7], entry("NG"), "rejected", "named twice"),
    ]
    reply = labelled(api, [(id, each) for id, each, _, _ in entries])
    expected = [(what, why) for _, _, what, why in entries]
    codes = [part["code"] for each in reply.json["items"] for part in each["parts"]]
    assert codes == [
        *("UnknownImage", "class_lacking", "ClassIsRetired", "box_outside"),
        "DefectOnOk",
        *("invalid_judgement", "in_field", "string_too_long"),
        *("invalid_judgement", "in_field", "value"),
        "JudgedTwice",
    ]
    for (outcome, detail), (what, why) in zip(details(reply), expected, strict=True):
        assert (outcome, why in detail) == (what, True), detail
    assert (image(api, cookies[7])["verdict"], image(api, cookies[7])["split"]) == ("OK", "train")


def test_a_bad_mask_stops_no_other(api: Api, cookies: list[str]) -> None:
    damaged = sent(mask_png())
    platform().objects.erase([upload_name("cookies", damaged)])
    platform().objects.put(upload_name("cookies", damaged), BytesIO(b"changed"))
    masks = {
        "small.png": sent(mask_png((32, 32))),
        "damaged.png": damaged,
        "text.png": sent(b"text"),
        "gone.png": "a" * 64,
    }
    runs: Json = {"width": 64, "height": 48, "counts": [7]}
    shapes: list[Json] = [*({"path": path} for path in (*masks, "unnamed.png")), runs]
    entries = [
        (id, entry("NG", {"class_name": "cracked", "mask": mask}))
        for id, mask in zip(cookies, shapes, strict=False)
    ]
    reply = labelled(api, [*entries, (cookies[7], entry("OK"))], masks=masks)
    assert details(reply) == [
        ("rejected", "small.png is 32×32, its image 64×48"),
        ("rejected", "the stored bytes of the mask damaged.png are damaged; upload it again"),
        ("rejected", f"the mask text.png cannot be read: {NO_PICTURE}"),
        ("rejected", "the mask gone.png has not arrived; upload it first"),
        ("rejected", "the mask unnamed.png has no digest; upload it and name it in `masks`"),
        ("rejected", "the runs of the mask cover 7 pixels, not 64×48"),
        ("judged", ""),
    ]


def test_a_repeated_request_changes_nothing_and_no_judgement_is_replaced(
    api: Api, cookies: list[str]
) -> None:
    judged = {"annotations": [{"image_id": cookies[0], "verdict": "OK", "reason": "by hand"}]}
    assert api.post(f"{DATASET}/annotations", judged).status == 201
    split = {"image_ids": [cookies[0]], "split": "test", "rule": "by hand"}
    assert api.post(f"{DATASET}/splits", split).status == 201
    entries = [(id, entry("NG", POLYGON, split="train")) for id in cookies[:3]]
    first, second = labelled(api, entries), labelled(api, entries)
    assert outcomes(first) == ["already_judged", "judged", "judged"]
    assert outcomes(second) == ["already_judged"] * 3
    assert [each["split"] for each in (*first.json["items"], *second.json["items"])] == [
        *(False, True, True),
        *(False, False, False),
    ]
    assert second.json["version"] == first.json["version"]
    assert [each["differs"] for each in first.json["items"]] == [
        "is OK, the source says NG; is in test, the source says train",
        *("", ""),
    ]
    kept = image(api, cookies[0])
    assert (kept["verdict"], kept["split"], kept["annotation"]["reason"]) == ("OK", "test", "by hand")


def test_one_undo_takes_the_labels_of_a_batch_back(api: Api, cookies: list[str]) -> None:
    for some in (cookies[:4], cookies[4:]):
        labelled(api, [(id, entry("NG", BOX, split="train")) for id in some])
    undone = api.post(f"{DATASET}/undos", {"batch_id": "import-1", "reason": "wrong folder"})
    assert undone.json["images"] == 8
    found = [image(api, id) for id in cookies]
    assert {(each["verdict"], each["split"]) for each in found} == {(None, None)}


def test_a_judgement_of_somebody_else_meanwhile_stands(
    api: Api, cookies: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def while_another_judges(parts: PlatformParts, project_id: str) -> list[KnownClass]:
        other = (Judgement(image_id=cookies[0], verdict="HOLD"),)
        judge.submit_annotations(parts, "cookies", other, RequestContext(Context(actor="sato")), {})
        return known_classes(parts, project_id)

    monkeypatch.setattr("kenpin.application.import_labels.known_classes", while_another_judges)
    reply = labelled(api, [(id, entry("OK")) for id in cookies[:2]])
    assert outcomes(reply) == ["rejected", "judged"]
    assert "somebody else decided" in reply.json["items"][0]["detail"]
    api.catch_up()
    assert [image(api, id)["verdict"] for id in cookies[:2]] == ["HOLD", "OK"]


def test_labels_larger_than_a_commit_come_in_several(api: Api, cookies: list[str]) -> None:
    many: list[Json] = [{"class_name": "cracked", "polygon": ELLIPSE[:490]}] * 4
    assert outcomes(labelled(api, [(id, entry("NG", *many)) for id in cookies])) == ["judged"] * 8
    commits = api.get(f"/v1/streams/{STREAM}/commits").json["items"]
    assert len(commits) == 6, "created, registered, and two images in each commit"


def test_limits_and_rights(api: Api, cookies: list[str]) -> None:
    too_many = labelled(api, [(cookies[0], entry("OK"))] * 91)
    assert (too_many.status, "send at most 90" in too_many.json["detail"]) == (422, True)
    api.grant("ito", "inspector", "cookies")
    refused = labelled(api, [(cookies[0], entry("OK"))], actor="ito")
    assert (refused.status, "admin or engineer" in refused.json["detail"]) == (403, True)
