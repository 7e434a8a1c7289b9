"""Decision chains through the API: of an image, of a model, and field returns."""

from collections.abc import Mapping
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from functions.runtime.event import Json
from kenpin.bootstrap import platform
from kenpin.domain.dataset.commands import SuggestCandidates
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.values import Candidate
from kenpin.domain.event import Context
from kenpin.domain.run.commands import ReportPoolScored, StartRun, SucceedRun
from kenpin.domain.run.decider import run
from tests.functions.conftest import Api
from tests.functions.training import IDENTITY, WORKER

DATASET = "/v1/datasets/cookies"


def trained(api: Api, scores: Mapping[str, float], threshold: float) -> str:
    """A run on the dataset as it stands, its scores and its model; the model's id."""
    rows = [
        {"image_id": image, "split": None, "truth": None, "score": score, "fold_score": None}
        for image, score in scores.items()
    ]
    schema = pa.schema(
        [("image_id", pa.string()), ("split", pa.string()), ("truth", pa.string()), ("score", pa.float64()),
         ("fold_score", pa.float64())]
    )  # fmt: skip
    body = BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema), body)
    return scored(api, body.getvalue(), len(rows), threshold)


def scored(api: Api, predictions: bytes, images: int, threshold: float) -> str:
    """A run whose predictions are this Parquet file."""
    id = str(api.post("/v1/runs", {"dataset_id": "cookies", "seed": 7}).json["id"])
    digest = id.encode().hex().ljust(64, "0")
    platform().objects.put(f"predictions/{digest}.parquet", BytesIO(predictions))
    for command in (
        StartRun(attempt=1, identity=IDENTITY),
        ReportPoolScored(attempt=1, predictions=digest, images=images),
        SucceedRun(attempt=1, artifact="a" * 64, threshold=threshold, seconds=3.5),
    ):
        platform().commands.execute(run, id, command, by=WORKER)
    api.catch_up()
    api.catch_up()
    return id


def promote(api: Api, model_id: str) -> None:
    body = {"stage": "production", "reason": "gate passed"}
    assert api.post(f"/v1/models/{model_id}/promotion", body).status == 201


def links(api: Api, image_id: str, query: str = "") -> list[Json]:
    reply = api.get(f"{DATASET}/images/{image_id}/decisions{query}")
    assert reply.status == 200, reply.json
    found: list[Json] = reply.json["links"]
    return found


@pytest.fixture
def storied(api: Api, labelled: list[str]) -> str:
    """An image with a history, and a model that learnt from it."""
    id = labelled[5]
    offered = SuggestCandidates(
        suggestion_id="s1", policy="uncertain@1", candidates=(Candidate(id, "uncertain", 0.48),)
    )
    platform().commands.execute(dataset, "cookies", offered, by=Context(actor="trainer"))
    defect = {"class_id": "cracked"}
    said = {"image_id": id, "verdict": "NG", "defects": [defect], "reason": "long", "seconds_spent": 2.5}
    api.post(f"{DATASET}/annotations", {"annotations": [said]})
    accepted = {"image_id": id, "outcome": "accepted", "reason": "clear"}
    api.post(f"{DATASET}/reviews", {"reviews": [accepted]}, kenpin_actor="lead")
    api.post(f"{DATASET}/splits", {"image_ids": [id], "split": "train", "rule": "by lot"})
    return id


def test_the_chain_of_an_image_tells_everything_in_order(api: Api, storied: str) -> None:
    model_id = trained(api, {storied: 0.8}, 0.3)
    promote(api, model_id)
    wrong = api.post(
        f"{DATASET}/annotations", {"annotations": [{"image_id": storied, "verdict": "OK", "reason": "dust"}]}
    )
    api.post(f"{DATASET}/undos", {"from_version": wrong.json["version"], "reason": "slip"})
    told = links(api, storied)
    assert [link["kind"] for link in told] == [
        "registered", "suggested", "judged", "reviewed", "split", "run", "model", "model", "judged", "reverted",
    ]  # fmt: skip
    by_kind = {link["kind"]: link for link in told}
    judged = told[2]
    assert (judged["was"], judged["becomes"], judged["by"], judged["seconds_spent"]) == (
        None, "NG", "inspector", 2.5,
    )  # fmt: skip
    assert (judged["classes"], judged["suggestion_id"], judged["label_book_revision"]) == (
        ["cracked"],
        "s1",
        1,
    )
    suggested = by_kind["suggested"]
    assert (suggested["score"], suggested["policy"], suggested["outcome"]) == (0.48, "uncertain@1", "NG")
    assert (by_kind["reviewed"]["by"], by_kind["reviewed"]["reason"]) == ("lead", "clear")
    assert (by_kind["split"]["becomes"], by_kind["split"]["reason"]) == ("train", "by lot")
    assert (by_kind["run"]["used_as"], by_kind["run"]["run_id"]) == ("train", model_id)
    assert (by_kind["model"]["stage"], by_kind["model"]["threshold"]) == ("production", 0.3)
    assert (by_kind["reverted"]["was"], by_kind["reverted"]["becomes"]) == ("OK", "NG")


def test_the_chain_as_of_a_version_ends_there(api: Api, storied: str) -> None:
    version = links(api, storied)[2]["version"]
    trained(api, {}, 0.3)
    kinds = [link["kind"] for link in links(api, storied, f"?as_of={version}")]
    assert kinds == ["registered", "suggested", "judged"]
    assert api.get(f"{DATASET}/images/{storied}/decisions?as_of=1").status == 404
    assert api.get(f"{DATASET}/images/{'f' * 64}/decisions").status == 404


def test_a_run_is_told_only_of_images_that_took_part(api: Api, labelled: list[str]) -> None:
    api.post(f"{DATASET}/exclusions", {"image_ids": [labelled[7]], "reason": "blurred"})
    trained(api, {}, 0.3)
    assert [link["used_as"] for link in links(api, labelled[6]) if link["kind"] == "run"] == ["pool"]
    assert [link["kind"] for link in links(api, labelled[7])] == ["registered", "excluded"]


def test_a_model_leads_back_to_every_judgement_it_stands_on(
    api: Api, storied: str, labelled: list[str]
) -> None:
    api.post(f"{DATASET}/annotations", {"annotations": [{"image_id": labelled[6], "verdict": "OK"}]})
    api.post(f"{DATASET}/splits", {"image_ids": labelled[:1], "split": "test", "rule": "r"})
    model_id = trained(api, {}, 0.3)
    api.post(f"{DATASET}/annotations", {"annotations": [{"image_id": labelled[1], "verdict": "NG"}]})
    api.post(f"{DATASET}/exclusions", {"image_ids": [labelled[2]], "reason": "blurred"})
    first = api.get(f"/v1/models/{model_id}/decisions?limit=3").json
    rest = api.get(f"/v1/models/{model_id}/decisions?limit=3&cursor={first['next_cursor']}").json
    found = first["items"] + rest["items"]
    assert [(d["image_id"], d["verdict"], d["used_as"]) for d in found] == [
        (labelled[0], "OK", "test"), (labelled[1], "OK", "train"), (labelled[2], "NG", "train"),
        (labelled[3], "NG", "train"), (storied, "NG", "train"), (labelled[6], "OK", "train"),
    ]  # fmt: skip
    assert (found[4]["classes"], found[4]["reason"], found[4]["review"]) == (["cracked"], "long", "accepted")
    tests = api.get(f"/v1/models/{model_id}/decisions?used_as=test").json["items"]
    assert [d["image_id"] for d in tests] == [labelled[0]]
    assert api.get("/v1/models/nothing/decisions").status == 404


def test_a_model_of_two_people_leads_back_to_accepted_judgements_alone(api: Api, labelled: list[str]) -> None:
    assert api.post("/v1/projects/cookies/review-policy", {"two_person": True}, method="PUT").status == 200
    waiting = {"annotations": [{"image_id": labelled[4], "verdict": "OK"}]}
    assert api.post(f"{DATASET}/annotations", waiting).status == 201
    accepted = [{"image_id": id, "outcome": "accepted"} for id in labelled[:4]]
    assert api.post(f"{DATASET}/reviews", {"reviews": accepted}, kenpin_actor="lead").status == 201
    model_id = trained(api, {}, 0.3)
    found = api.get(f"/v1/models/{model_id}/decisions").json["items"]
    assert [d["image_id"] for d in found] == labelled[:4]
    assert [link for link in links(api, labelled[4]) if link["kind"] == "run"] == []


def report(api: Api, image_id: str, **more: object) -> str:
    body = {"image_id": image_id, "found_at": "2026-09-14", "found_by": "customer", "class_id": "cracked"}
    reply = api.post(
        f"{DATASET}/field-returns", {**body, "reference": "claim 2209", **more}, kenpin_actor="lead"
    )
    assert reply.status == 201, reply.json
    return str(reply.json["id"])


def test_an_escape_found_late_is_told_with_what_the_models_said(api: Api, labelled: list[str]) -> None:
    passed = labelled[0]
    old = trained(api, {passed: 0.2}, 0.5)
    promote(api, old)
    late = api.image(80)
    api.post(f"{DATASET}/images", {"images": [{"digest": late}]})
    new = trained(api, {passed: 0.9, late: 0.4}, 0.5)
    promote(api, new)
    api.post(f"{DATASET}/exclusions", {"image_ids": [late], "reason": "shipped"})
    known = api.get(f"{DATASET}/field-returns/{report(api, late)}").json
    assert (known["then"]["model_id"], known["then"]["score"], known["then"]["how"]) == (
        old,
        None,
        "not_scored",
    )
    assert "kenpin train cookies" in known["then"]["hint"]
    assert (known["now"]["model_id"], known["now"]["verdict"], known["day_is"]) == (new, "OK", "registered")
    early = api.get(f"{DATASET}/field-returns/{report(api, passed)}").json
    assert early["then"] is None
    assert (early["now"]["score"], early["now"]["verdict"], early["field_return"]["escape"]) == (
        0.9,
        "NG",
        True,
    )
    listed = api.get(f"{DATASET}/field-returns").json["items"]
    assert [(r["image_id"], r["judged"], r["escape"]) for r in listed] == [
        (passed, "OK", True),
        (late, None, False),
    ]
    [link] = [link for link in links(api, passed) if link["kind"] == "field_return"]
    assert (link["escape"], link["reference"], link["by"]) == (True, "claim 2209", "lead")
    said = api.get(f"{DATASET}/images/{passed}/scores").json["items"]
    assert [(s["model_id"], s["verdict"]) for s in said] == [(new, "NG"), (old, "OK")]


def test_the_model_of_the_day_is_the_one_of_the_day_it_was_captured(api: Api, labelled: list[str]) -> None:
    old = trained(api, {}, 0.5)
    promote(api, old)
    when = {"image_id": labelled[0], "capture": {"captured_at": "2019-03-02T08:15:04+09:00"}}
    api.post(f"{DATASET}/captures", when)
    known = api.get(f"{DATASET}/field-returns/{report(api, labelled[0])}").json
    assert (known["day"], known["day_is"]) == ("2019-03-02T08:15:04+09:00", "captured")
    assert known["then"] is None
    assert known["now"]["model_id"] == old


def test_when_it_was_captured_is_told_as_the_camera_wrote_it(api: Api, cookies: list[str]) -> None:
    """A camera that names no zone means the time of its site."""
    new, taken = api.image(81), "2022-08-11T17:27:09"
    capture = {"captured_at": taken, "camera": "a camera with a long name"}
    api.post(f"{DATASET}/images", {"images": [{"digest": new, "capture": capture}]})
    link = links(api, new)[0]
    assert (link["kind"], link["becomes"], link["by"]) == ("captured", f"{taken}+09:00", capture["camera"])


def test_a_time_that_is_none_is_refused(api: Api, labelled: list[str]) -> None:
    new, good, rubbish = api.image(82), {"lens": "50"}, {"captured_at": "99/99/99"}
    refused = api.post(f"{DATASET}/captures", {"image_id": labelled[0], "capture": rubbish})
    assert (refused.status, "99/99/99 is no time in ISO 8601" in refused.json["detail"]) == (422, True)
    images = [{"digest": new, "capture": rubbish}, {"digest": labelled[0], "capture": good}]
    items = api.post(f"{DATASET}/images", {"images": images}).json["items"]
    assert {item["digest"]: item["outcome"] for item in items} == {new: "rejected", labelled[0]: "known"}


def test_a_field_return_reported_twice_with_one_key_is_one(api: Api, labelled: list[str]) -> None:
    body = {"image_id": labelled[0], "found_at": "2026-09-14", "found_by": "customer"}
    once, again = (api.post(f"{DATASET}/field-returns", body, idempotency_key="k1") for _ in range(2))
    assert once.json == again.json
    assert len(api.get(f"{DATASET}/field-returns").json["items"]) == 1


@pytest.mark.parametrize(
    ("more", "status", "says"),
    [
        ({"image_id": "f" * 64}, 404, "is not in this dataset"),
        ({"class_id": "melted"}, 404, "melted"),
        ({"found_at": "last week"}, 422, "found_at"),
    ],
)
def test_a_field_return_that_makes_no_sense_is_refused(
    api: Api, labelled: list[str], more: dict[str, object], status: int, says: str
) -> None:
    body = {"image_id": labelled[0], "found_at": "2026-09-14", "found_by": "customer", **more}
    reply = api.post(f"{DATASET}/field-returns", body)
    assert (reply.status, says in reply.json["detail"]) == (status, True), reply.json
