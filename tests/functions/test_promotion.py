"""Gates, promotion, rollback and the model in production at a time, over the API."""

from collections.abc import Mapping, Sequence
from io import BytesIO

import pytest

from functions.runtime.event import Json
from kenpin.bootstrap import platform
from kenpin.domain.dataset.values import Capture
from kenpin.domain.run.commands import ReportEvaluation, ReportPoolScored, StartRun, SucceedRun
from kenpin.domain.run.decider import run
from kenpin.domain.run.values import Evaluation
from kenpin_training.predictions import PredictionRow, to_parquet
from tests.functions.conftest import Api, ApiReply
from tests.functions.training import IDENTITY, WORKER

PRODUCTION = "/v1/datasets/cookies/production"
ESCAPES = {"metric": "escape_bound", "direction": "at_most", "limit": 0.05}
RANKING = {"metric": "auroc", "direction": "at_least", "limit": 0.9}
FIGURES = Evaluation(
    split="test", split_rule="by lot", images=20, ng=8, ok=12, escapes=0, overkills=3, threshold=0.25,
    escape_rate=0.0, escape_bound=0.31, auroc=0.97,
)  # fmt: skip


def of_lines(scores: Mapping[str, Sequence[tuple[bool, float]]]) -> bytes:
    """Predictions of the split test: line → (is NG, score) of each image."""
    rows = [
        PredictionRow(f"{line}{place}".encode().hex().ljust(64, "0"), "test", "NG" if ng else "OK", score,
                      capture=Capture(line=line), use="test")
        for line, images in scores.items() for place, (ng, score) in enumerate(images)
    ]  # fmt: skip
    return to_parquet(rows)


def trained(api: Api, predictions: bytes | None = None) -> str:
    """A model of a run that `inspector` asked for."""
    id = str(api.post("/v1/runs", {"dataset_id": "cookies", "seed": 7}).json["id"])
    digest = id.encode().hex().ljust(64, "0")
    if predictions is not None:
        platform().objects.put(f"predictions/{digest}.parquet", BytesIO(predictions))
    for command in (
        StartRun(attempt=1, identity=IDENTITY),
        ReportEvaluation(attempt=1, evaluation=FIGURES),
        ReportPoolScored(attempt=1, predictions=digest, images=5),
        SucceedRun(attempt=1, artifact="a" * 64, threshold=0.25, seconds=3.5),
    ):
        platform().commands.execute(run, id, command, by=WORKER)
    api.catch_up()
    api.catch_up()
    return id


@pytest.fixture
def model_id(api: Api, labelled: list[str]) -> str:
    return trained(api)


def promote(api: Api, model_id: str, *, by: str = "inspector", override: str = "") -> ApiReply:
    body = {"stage": "production", "reason": "spring release", "override_reason": override}
    return api.post(f"/v1/models/{model_id}/promotion", body, kenpin_actor=by)


def set_gates(api: Api, *limits: Json, second_person: bool = False) -> None:
    body = {"limits": list(limits), "second_person": second_person}
    assert api.post("/v1/projects/cookies/gates", body, method="PUT").status == 200


def test_gates_are_kept_with_the_project(api: Api, model_id: str) -> None:
    set_gates(api, ESCAPES, RANKING, second_person=True)
    gates = api.get("/v1/projects/cookies").json["gates"]
    assert [limit["metric"] for limit in gates["limits"]] == ["escape_bound", "auroc"]
    assert gates["second_person"] is True


def test_gates_are_evaluated_on_demand_without_promotion(api: Api, model_id: str) -> None:
    assert api.post(f"/v1/models/{model_id}/gates", {}).json["code"] == "NoGates"
    set_gates(api, ESCAPES, RANKING, {**RANKING, "metric": "aupro"})
    assert api.post(f"/v1/models/{model_id}/gates", {}).status == 201
    found = api.get(f"/v1/models/{model_id}").json
    results = [(result.get("figure"), result["passed"]) for result in found["gates"]["results"]]
    assert results == [(0.31, False), (0.97, True), (None, False)]
    assert found["stage"] == "candidate"


def test_production_needs_passed_gates_or_a_reason(api: Api, model_id: str) -> None:
    set_gates(api, ESCAPES, RANKING)
    refused = promote(api, model_id)
    assert (refused.status, refused.json["code"]) == (409, "GatesNotPassed")
    assert "escape_bound on test is 0.31, at most 0.05 is asked" in refused.json["detail"]
    assert "auroc" not in refused.json["detail"]
    assert api.get(f"/v1/models/{model_id}").json["gates"] is None
    assert promote(api, model_id, override="the customer agreed").status == 201
    found = api.get(f"/v1/models/{model_id}").json
    assert (found["stage"], found["override_reason"]) == ("production", "the customer agreed")
    assert len(found["gates"]["results"]) == 2


def test_rates_of_another_threshold_are_not_those_of_the_model(api: Api, model_id: str) -> None:
    set_gates(api, {**ESCAPES, "limit": 0.4}, RANKING)
    api.post(f"/v1/models/{model_id}/threshold", {"threshold": 0.6, "reason": "fewer overkills"})
    refused = promote(api, model_id)
    assert "escape_bound on test was not measured" in refused.json["detail"]
    assert "auroc" not in refused.json["detail"]


@pytest.mark.parametrize(
    ("gate", "figure", "of"),
    [
        ({"slice_by": "line"}, 1.0, "L3"),
        ({"slice_by": "line", "slice_value": "L2"}, 0.5, "L2"),
        ({"slice_by": "line", "slice_value": "L9"}, None, None),
        ({"slice_by": "line", "metric": "auroc", "direction": "at_least"}, 0.0, "L3"),
        ({"slice_by": "line", "split": "validation"}, None, None),
    ],
)
def test_a_gate_of_slices_is_kept_by_the_worst_or_by_the_named_one(
    api: Api, labelled: list[str], gate: Json, figure: float | None, of: str | None
) -> None:
    model_id = trained(api, predictions=of_lines({"L2": [(True, 0.9), (True, 0.1), (False, 0.0)],
                                                  "L3": [(True, 0.2), (False, 0.9)]}))  # fmt: skip
    set_gates(api, {"metric": "escape_rate", "direction": "at_most", "limit": 0.6, **gate})
    assert api.post(f"/v1/models/{model_id}/gates", {}).status == 201
    (result,) = api.get(f"/v1/models/{model_id}").json["gates"]["results"]
    assert (result.get("figure"), result.get("slice_value")) == (figure, of)
    assert result["passed"] is (figure == 0.5)


def test_a_gate_that_no_slice_can_keep_is_refused_with_its_place(api: Api, labelled: list[str]) -> None:
    gate = {**RANKING, "metric": "aupro", "slice_by": "line"}
    refused = api.post("/v1/projects/cookies/gates", {"limits": [gate]}, method="PUT")
    assert refused.status == 422
    assert refused.json["detail"].startswith("limits.0: aupro is not measured by line; choose escape_rate")


def test_a_gate_of_slices_does_not_pass_where_the_scores_are_gone(api: Api, model_id: str) -> None:
    set_gates(api, {"metric": "escape_rate", "direction": "at_most", "limit": 1, "slice_by": "line"})
    assert "escape_rate on test by line was not measured" in promote(api, model_id).json["detail"]


def test_the_second_person_is_another_one_than_asked_for_the_run(api: Api, model_id: str) -> None:
    set_gates(api, second_person=True)
    assert promote(api, model_id, override="hurry").json["code"] == "SecondPersonNeeded"
    assert promote(api, model_id, by="lead").status == 201


def test_a_rollback_brings_the_model_before_back(api: Api, model_id: str) -> None:
    second = trained(api)
    for each in (model_id, second):
        assert promote(api, each).status == 201
    assert (api.get(PRODUCTION).json["model_id"], api.get(PRODUCTION).json["before"]) == (second, model_id)
    set_gates(api, ESCAPES)
    body = {"model_id": second, "reason": "overkills on the new lot"}
    assert api.post(f"{PRODUCTION}/rollback", body, idempotency_key="k1").status == 201
    assert api.post(f"{PRODUCTION}/rollback", body, idempotency_key="k1").status == 201
    assert api.post(f"{PRODUCTION}/rollback", body).json["code"] == "NotInProduction"
    now = api.get(PRODUCTION).json
    assert (now["model_id"], now["before"]) == (model_id, None)
    last = now["history"][-1]
    assert (last["model_id"], last["stage"], last["back_to"]) == (second, "candidate", model_id)
    assert last["reason"] == "overkills on the new lot"
    alone = api.post(f"{PRODUCTION}/rollback", {"model_id": model_id, "reason": "worse"})
    assert alone.json["code"] == "NothingToRollBackTo"


def test_the_chain_of_a_model_tells_each_decision_with_person_and_reason(api: Api, model_id: str) -> None:
    set_gates(api, ESCAPES, RANKING)
    assert promote(api, model_id, by="lead", override="the customer agreed").status == 201
    second = trained(api)
    assert promote(api, second, override="hurry").status == 201
    api.post(f"{PRODUCTION}/rollback", {"model_id": second, "reason": "overkills"})
    of_first, of_second = (api.get(f"/v1/models/{id}/chain").json["links"] for id in (model_id, second))
    told = [(link["kind"], link["outcome"], link["becomes"], link["reason"]) for link in of_first]
    assert told == [
        ("run", "succeeded", None, None),
        ("model", "registered", None, None),
        ("model", "gates_evaluated", "failed", None),
        ("model", "promoted", None, "spring release"),
    ]
    assert (of_first[0]["run_id"], of_first[-1]["by"]) == (model_id, "lead")
    assert [link["override_reason"] for link in of_first] == [None, None, None, "the customer agreed"]
    assert (of_second[-1]["outcome"], of_second[-1]["reason"]) == ("rolled_back", "overkills")
    assert {link["model_id"] for link in of_second[1:]} == {second}
    assert api.get("/v1/models/nothing/chain").status == 404


def test_a_replaced_model_is_promoted_again(api: Api, model_id: str) -> None:
    second = trained(api)
    for each in (model_id, second, model_id):
        assert promote(api, each).status == 201
    assert api.get(PRODUCTION).json["model_id"] == model_id
    version = api.get(f"/v1/models/{model_id}").json["version"]
    assert promote(api, model_id).json["version"] == version


def test_the_model_in_production_at_a_time(api: Api, model_id: str) -> None:
    second = trained(api)
    promote(api, model_id)
    promote(api, second)
    api.post(f"/v1/models/{second}/retirement", {"reason": "the line was rebuilt"})
    history = api.get(PRODUCTION).json["history"]
    assert [step["in_production"] for step in history] == [model_id, second, model_id]
    for step in history:
        then = api.get(f"{PRODUCTION}?as_of={step['at'].replace('+', '%2B')}").json
        assert (then["model_id"], then["since"]) == (step["in_production"], step["at"])
    before = api.get(f"{PRODUCTION}?as_of=2020-01-01T00:00:00Z").json
    assert (before["model_id"], before["since"], before["history"]) == (None, None, [])
    assert api.get(f"{PRODUCTION}?as_of=soon").status == 422
