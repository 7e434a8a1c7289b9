"""Gates, promotion and rollback on the command line."""

import pytest

from tests.cli.conftest import ACCEPTED, Platform, kenpin

Capture = pytest.CaptureFixture[str]
GATE = {"metric": "escape_bound", "direction": "at_most", "limit": 0.05, "split": "test"}
STEP = {
    "at": "2026-03-01T00:00:00Z",
    "by": "lead",
    "model_id": "m2",
    "stage": "production",
    "reason": "spring",
    "override_reason": "agreed",
    "back_to": None,
    "in_production": "m2",
}
PRODUCTION = {"dataset_id": "d", "model_id": "m2", "since": STEP["at"], "before": "m1", "history": [STEP]}
NONE = {**PRODUCTION, "model_id": None, "since": None, "before": None, "history": []}


def model(passed: bool) -> dict[str, object]:
    result = {"gate": GATE, "figure": 0.04 if passed else 0.12, "passed": passed}
    gates = {"project_version": 4, "threshold": 0.4, "results": [result]}
    texts = {"model_id": "m", "project_id": "p", "dataset_id": "d", "run_id": "m", "artifact": "a" * 64}
    nothing = dict.fromkeys(("threshold_reason", "stage_reason", "staged_by", "evaluation", "recipe"))
    numbers = {"dataset_version": 1, "threshold": 0.4, "version": 2}
    return {
        **texts, **nothing, **numbers, "stage": "candidate", "gates": gates, "registered_at": STEP["at"],
    }  # fmt: skip


def test_gates_are_set(platform: Platform, capsys: Capture) -> None:
    platform.answer("PUT /v1/projects/p/gates", ACCEPTED)
    given = ("--at-most", "escape_bound=0.05", "--at-least", "auroc@validation=0.9", "--second-person")
    slices = ("--at-most", "escape_rate/line=0.1", "--at-most", "overkill_rate@train/lot:A=1=0.2")
    assert kenpin("project", "gates", "set", "p", *given, *slices, "--reason", "contract") == 0
    (body,) = platform.bodies("PUT /v1/projects/p/gates")
    ranking = {"metric": "auroc", "direction": "at_least", "limit": 0.9, "split": "validation"}
    lines = {**GATE, "metric": "escape_rate", "limit": 0.1, "slice_by": "line"}
    lot = {"split": "train", "metric": "overkill_rate", "limit": 0.2, "slice_by": "lot", "slice_value": "A=1"}
    limits = [GATE, lines, {**GATE, **lot}, ranking]
    assert body == {"limits": limits, "second_person": True, "reason": "contract"}
    assert "gates of p: 4, and a second person promotes" in capsys.readouterr().out


@pytest.mark.parametrize("given", ["auroc", "auroc=much", "=", "auroc="])
def test_what_is_no_limit_is_refused_in_one_line(platform: Platform, capsys: Capture, given: str) -> None:
    assert kenpin("project", "gates", "set", "p", "--at-least", given, "--reason", "x") == 2
    assert capsys.readouterr().err.startswith(f"kenpin: {given} is no limit; write METRIC=LIMIT")


@pytest.mark.parametrize(("passed", "code"), [(True, 0), (False, 1)])
def test_the_gates_of_a_model_are_shown(platform: Platform, capsys: Capture, passed: bool, code: int) -> None:
    platform.answer("POST /v1/models/m/gates", ACCEPTED)
    platform.answer("GET /v1/models/m", model(passed))
    assert kenpin("model", "gates", "m") == code
    told = capsys.readouterr()
    assert "at most 0.05" in told.out
    assert ("escape_bound on test is 0.12, at most 0.05 is asked" in told.err) is not passed


def test_a_promotion_says_what_failed_in_one_line(platform: Platform, capsys: Capture) -> None:
    platform.answer("POST /v1/models/m/promotion", {"detail": "the model does not pass the gates: x"}, 409)
    assert kenpin("model", "promote", "m", "--reason", "spring", "--override-reason", "agreed") == 2
    assert capsys.readouterr().err == "kenpin: the model does not pass the gates: x\n"
    (body,) = platform.bodies("POST /v1/models/m/promotion")
    assert body == {"stage": "production", "reason": "spring", "override_reason": "agreed"}


def test_a_rollback_names_the_model_in_production(platform: Platform, capsys: Capture) -> None:
    platform.answer("GET /v1/datasets/d/production", PRODUCTION)
    platform.answer("POST /v1/datasets/d/production/rollback", ACCEPTED)
    assert kenpin("model", "rollback", "d", "--reason", "overkills") == 0
    (body,) = platform.bodies("POST /v1/datasets/d/production/rollback")
    assert body == {"model_id": "m2", "reason": "overkills"}
    assert "model m1 is in production again, m2 is a candidate" in capsys.readouterr().out


def test_without_a_model_in_production_nothing_is_rolled_back(platform: Platform, capsys: Capture) -> None:
    platform.answer("GET /v1/datasets/d/production", NONE)
    assert kenpin("model", "rollback", "d", "--reason", "overkills") == 2
    assert capsys.readouterr().err == "kenpin: no model of d is in production\n"


def test_the_model_in_production_at_a_time(platform: Platform, capsys: Capture) -> None:
    platform.answer("GET /v1/datasets/d/production", PRODUCTION)
    platform.answer("GET /v1/people", {"items": [{"actor": "lead", "name": "田中 綾"}], "next_cursor": None})
    assert kenpin("model", "in-production", "d", "--as-of", "2026-04-01") == 0
    assert platform.asked[0].url.params["as_of"] == "2026-04-01"
    told = capsys.readouterr().out
    assert "model m2 is in production" in told and "agreed" in told
    assert "田中 綾" in told and "lead" not in told
