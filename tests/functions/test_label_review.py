"""The labels that a run doubts through the API: order, reasons, and what a person decided since."""

from functions.runtime.event import Json
from kenpin_training.predictions import PredictionRow, to_parquet
from tests.functions.conftest import Api
from tests.functions.test_decisions import scored, trained
from tests.functions.test_predictions import PNG

ANNOTATIONS = "/v1/datasets/cookies/annotations"


def doubted(api: Api, ids: list[str]) -> str:
    rows = [
        PredictionRow(ids[0], "train", "OK", 0.2, 0.1, label_doubt=0.1),
        PredictionRow(ids[1], "train", "OK", 0.9, 0.9, label_doubt=0.8, heatmap=PNG),
        PredictionRow(ids[2], "train", "NG", 0.9, 0.9, label_doubt=0.2, judged_otherwise=[ids[0]]),
        PredictionRow(ids[3], "train", "OK", 0.6, 0.6, is_suspect=True, label_doubt=0.6),
        PredictionRow(ids[4], None, None, 0.6),
    ]
    return scored(api, to_parquet(rows), len(rows), 0.5)


def items(api: Api, run_id: str, query: str = "") -> list[Json]:
    reply = api.get(f"/v1/runs/{run_id}/label-review{query}")
    assert reply.status == 200, reply.json
    found: list[Json] = reply.json["items"]
    return found


def judge(api: Api, image_id: str, verdict: str, **more: str) -> int:
    body = {"annotations": [{"image_id": image_id, "verdict": verdict, **more}]}
    reply = api.post(ANNOTATIONS, body)
    assert reply.status == 201, reply.json
    api.catch_up()
    return int(reply.json["version"])


def test_the_most_doubtful_come_first_with_what_speaks_against_them(api: Api, labelled: list[str]) -> None:
    ids, run_id = labelled, doubted(api, labelled)
    found = [(item["image_id"], item["label_doubt"], item["reasons"]) for item in items(api, run_id)]
    assert found == [
        (ids[1], 0.8, ["self_confidence"]),
        (ids[3], 0.6, ["suspect", "self_confidence"]),
        (ids[2], 0.5, ["near_duplicate"]),
        (ids[0], 0.1, []),
    ]
    assert items(api, run_id)[2]["judged_otherwise"] == [ids[0]]
    assert (items(api, run_id)[0]["heatmap"], bool(items(api, run_id, "?maps=true")[0]["heatmap"])) == (
        None,
        True,
    )


def test_a_label_is_doubted_where_another_class_than_the_named_ones_is_likely(
    api: Api, labelled: list[str]
) -> None:
    named: list[tuple[tuple[str, ...], list[float | None] | None]] = [
        (("dent",), [0.9, 0.1]),
        (("dent", "crack"), [0.9, 0.1]),
        (("crack",), [0.9, 0.1]),
        ((), [0.9, 0.1]),
        (("crack",), [0.4, 0.1]),
        (("stain",), [0.9, 0.1]),
        (("crack",), None),
    ]
    rows = [
        PredictionRow(id, "train", "NG", 0.9, 0.9, label_doubt=0.1, classes=classes, fold_class_scores=scores)
        for id, (classes, scores) in zip(labelled, named, strict=False)
    ]
    run_id = scored(api, to_parquet(rows, classes=["dent", "crack"]), len(rows), 0.5)
    found = [(item["image_id"], item["likelier_class"]) for item in items(api, run_id) if item["reasons"]]
    assert found == [(labelled[2], "dent")]
    assert items(api, run_id)[0]["reasons"] == ["other_class"]


def test_pages_follow_each_other(api: Api, labelled: list[str]) -> None:
    run_id = doubted(api, labelled)
    first = api.get(f"/v1/runs/{run_id}/label-review?limit=3").json
    rest = items(api, run_id, f"?limit=3&cursor={first['next_cursor']}")
    assert [len(first["items"]), [item["image_id"] for item in rest]] == [3, [labelled[0]]]


def test_a_person_confirms_or_changes_a_label(api: Api, labelled: list[str]) -> None:
    run_id = doubted(api, labelled)
    assert not any(item["looked_at"] for item in items(api, run_id))
    before = judge(api, labelled[1], "OK")
    assert not items(api, run_id)[0]["looked_at"], "the same judgement again is nothing new"
    confirmed = judge(api, labelled[1], "OK", label_review=run_id)
    assert confirmed == before + 1
    assert judge(api, labelled[1], "OK", label_review=run_id) == confirmed, "asked twice adds nothing"
    judge(api, labelled[2], "OK", label_review=run_id)
    found = {
        item["image_id"]: (item["truth"], item["verdict"], item["looked_at"]) for item in items(api, run_id)
    }
    assert found[labelled[1]] == ("OK", "OK", True)
    assert found[labelled[2]] == ("NG", "OK", True)
    assert found[labelled[0]] == ("OK", "OK", False)
    events = api.get("/v1/streams/dataset-cookies/events?limit=1000").json["items"]
    said = [event["data"]["label_review"] for event in events if event["data"].get("label_review")]
    assert said == [run_id, run_id]


def test_a_run_from_before_there_was_a_review_has_an_empty_one(api: Api, labelled: list[str]) -> None:
    assert items(api, trained(api, {labelled[0]: 0.8}, 0.5)) == []


def test_a_run_without_scores_says_so(api: Api, run_id: str) -> None:
    reply = api.get(f"/v1/runs/{run_id}/label-review")
    assert (reply.status, "has not scored" in reply.json["detail"]) == (404, True)
