"""The gain of suggestions through the API: from labels that came back, beside the random controls."""

from functions.runtime.event import Json
from kenpin.bootstrap import platform
from kenpin.domain.dataset.commands import SuggestCandidates
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.values import Candidate
from kenpin.domain.event import Context
from kenpin.domain.run.commands import ReportEvaluation, StartRun
from kenpin.domain.run.decider import run
from kenpin.domain.run.values import Evaluation
from tests.functions.conftest import Api
from tests.functions.training import IDENTITY, WORKER

DATASET = "/v1/datasets/cookies"


def gains(api: Api, query: str = "") -> list[Json]:
    api.catch_up()
    reply = api.get(f"{DATASET}/suggestions/gain{query}")
    assert reply.status == 200, reply.json
    found: list[Json] = reply.json["items"]
    return found


def test_picks_are_compared_with_controls_by_policy(api: Api, cookies: list[str]) -> None:
    assert gains(api) == []
    picks = [
        Candidate(id, reason)
        for id, reason in zip(cookies[:3], ("diverse", "uncertain", "diverse"), strict=True)
    ]
    controls = [Candidate(id, "control", None, True) for id in cookies[3:5]]
    waiting = Candidate(cookies[5], "diverse")
    command = SuggestCandidates(
        suggestion_id="s1", policy="hybrid-1", candidates=(*picks, *controls, waiting)
    )
    offered = platform().commands.execute(dataset, "cookies", command, by=Context(actor="trainer")).version
    for id, verdict in zip(cookies[:5], ("NG", "NG", "OK", "OK", "HOLD"), strict=True):
        body = {"annotations": [{"image_id": id, "verdict": verdict}]}
        assert api.post(f"{DATASET}/annotations", body).status == 201
    (found,) = gains(api)
    assert found["policy"] == "hybrid-1"
    assert (found["picks"]["judged"], found["picks"]["ng"]) == (3, 2)
    assert (found["controls"]["judged"], found["controls"]["ng"]) == (1, 0), "HOLD says neither"
    assert {each["reason"]: (each["judged"], each["ng"]) for each in found["by_reason"]} == {
        "diverse": (2, 1),
        "uncertain": (1, 1),
    }
    assert found["ng_gain"]["difference"] == 2 / 3
    assert found["ng_gain"]["low"] < 0 < found["ng_gain"]["high"]
    assert found["wrong_gain"] is None, "no run had scored them"
    assert gains(api, f"?as_of={offered}") == []


def test_the_model_is_wrong_more_often_among_picks_than_controls(api: Api, labelled: list[str]) -> None:
    run_id = str(api.post("/v1/runs", {"dataset_id": "cookies", "seed": 7}).json["id"])
    measured = Evaluation(
        split="train", split_rule="folds", images=4, ng=2, ok=2, escapes=0, overkills=0, threshold=0.5
    )
    for step in (StartRun(attempt=1, identity=IDENTITY), ReportEvaluation(attempt=1, evaluation=measured)):
        platform().commands.execute(run, run_id, step, by=WORKER)
    uncertain, control = labelled[4:6]
    candidates = (Candidate(uncertain, "uncertain", 0.6), Candidate(control, "control", 0.1, True))
    command = SuggestCandidates(suggestion_id="s1", policy="hybrid-1", candidates=candidates, run_id=run_id)
    platform().commands.execute(dataset, "cookies", command, by=WORKER)
    body = {"annotations": [{"image_id": id, "verdict": "OK"} for id in (uncertain, control)]}
    assert api.post(f"{DATASET}/annotations", body).status == 201
    (found,) = gains(api)
    assert [(found[name]["scored"], found[name]["wrong"]) for name in ("picks", "controls")] == [
        (1, 1),
        (1, 0),
    ]
    assert found["wrong_gain"]["difference"] == 1


def test_the_mix_of_a_project_is_kept_with_it_and_its_shares_sum_to_1(api: Api) -> None:
    path = "/v1/projects/cookies/suggestion-mix"
    api.post("/v1/projects", {"project_id": "cookies", "name": "Cookies"})
    assert api.post(path, {"shares": {"uncertain": 0.6}}, method="PUT").status == 422
    assert api.post(path, {"shares": {"entropy": 1}}, method="PUT").status == 422
    mix = {"shares": {"uncertain": 0.6, "rare_class": 0.4}, "reason": "cracks are rare"}
    assert api.post(path, mix, method="PUT").status == 200
    api.catch_up()
    assert api.get("/v1/projects/cookies").json["suggestion_mix"] == mix
