"""Rounds of judging through the API: the work between two runs on two versions."""

from tests.functions.conftest import Api
from tests.functions.test_decisions import trained

ROUNDS = "/v1/datasets/cookies/rounds"


def test_work_between_two_runs_is_a_round(api: Api, labelled: list[str]) -> None:
    assert api.get(ROUNDS).json["items"] == []
    first = trained(api, {labelled[0]: 0.8}, 0.5)
    again = trained(api, {labelled[0]: 0.8}, 0.5)
    assert api.get(ROUNDS).json["items"] == [], f"{first} and {again} are on one version"
    judged = [{"image_id": labelled[4], "verdict": "NG", "seconds_spent": 3.5}]
    assert api.post("/v1/datasets/cookies/annotations", {"annotations": judged}).status == 201
    second = trained(api, {labelled[0]: 0.8}, 0.5)
    (item,) = api.get(ROUNDS).json["items"]
    assert (item["before"]["run_id"], item["after"]["run_id"], item["method"]) == (again, second, "probe")
    assert item["work"] == [{"policy": "", "judged": 1, "ng": 1, "timed": 1, "seconds": 3.5}]
    assert api.get(f"{ROUNDS}?method=anomaly").json["items"] == []
