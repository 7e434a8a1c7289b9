"""`kenpin suggest` and the label review: strategies are sent by name, and gains and doubts are told in words."""

import pytest

from tests.cli.conftest import Platform, kenpin

Capture = pytest.CaptureFixture[str]
PATH = "/v1/datasets/d/suggestions"
SUGGESTION: dict[str, object] = {
    "suggestion_id": "s",
    "policy": "uncertain-1",
    "run_id": None,
    "items": [],
    "as_of": 3,
}


def counts(reason: str, judged: int, ng: int) -> dict[str, object]:
    return {"reason": reason, "judged": judged, "ng": ng, "scored": 0, "wrong": 0}


@pytest.mark.parametrize(
    ("options", "strategies"),
    [
        ((), None),
        (("--strategy", "uncertain", "--strategy", "near_miss"), ["uncertain", "near_miss"]),
    ],
)
def test_strategies_are_sent_in_their_order(
    platform: Platform, options: tuple[str, ...], strategies: list[str] | None
) -> None:
    platform.answer(f"POST {PATH}", {"job_id": "j", "suggestion_id": "s"}, 202)
    platform.answer(f"GET {PATH}", SUGGESTION)
    assert kenpin("suggest", "d", *options) == 0
    (body,) = platform.bodies(f"POST {PATH}")
    assert body["strategies"] == strategies


def test_the_gain_of_a_policy_is_told_in_points_with_its_interval(
    platform: Platform, capsys: Capture
) -> None:
    gain = {"difference": 0.25, "low": -0.02, "high": 0.5}
    policy = {"policy": "hybrid-1", "picks": counts("all", 40, 14), "controls": counts("control", 10, 1)}
    item = {**policy, "by_reason": [], "ng_gain": gain, "wrong_gain": None}
    platform.answer(f"GET {PATH}/gain", {"items": [item], "as_of": 9})
    assert kenpin("suggest", "d", "--gain") == 0
    told = capsys.readouterr().out
    assert all(text in told for text in ("hybrid-1", "14 of 40", "1 of 10", "+25 points (-2 to +50)"))
    assert "too few judged" in told


def test_a_mix_is_sent_by_shares(platform: Platform, capsys: Capture) -> None:
    accepted = {"id": "p", "stream": "project-p", "version": 4, "hash": "0" * 64}
    platform.answer("PUT /v1/projects/p/suggestion-mix", accepted)
    assert (
        kenpin("project", "suggestion-mix", "set", "p", "--share", "uncertain=0.7", "--share", "anomaly=0.3")
        == 0
    )
    (body,) = platform.bodies("PUT /v1/projects/p/suggestion-mix")
    assert body == {"shares": {"uncertain": 0.7, "anomaly": 0.3}, "reason": ""}
    assert kenpin("project", "suggestion-mix", "set", "p", "--share", "uncertain") == 2
    assert "write STRATEGY=SHARE, such as uncertain=0.5" in capsys.readouterr().err


def test_doubtful_labels_are_listed_with_what_speaks_against_them(
    platform: Platform, capsys: Capture
) -> None:
    nothing = dict.fromkeys(("split", "thumbnail_url", "width", "height", "unfamiliar"))
    seen = {"image_id": "a" * 64, "truth": "OK", "score": 0.9, "label_doubt": 0.83, "judged_otherwise": []}
    item = {**nothing, **seen, "reasons": ["self_confidence"], "verdict": "NG", "looked_at": True}
    platform.answer("GET /v1/runs/r/label-review", {"items": [item], "next_cursor": None})
    assert kenpin("run", "label-review", "r") == 0
    told = capsys.readouterr().out
    assert all(text in told for text in ("0.83", "the other verdict is likelier", "looked at, NG"))
