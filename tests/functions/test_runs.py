"""Runs through the API and the reactors: requested, queued, carried out, cancelled, dead and retried."""

import pytest

from kenpin.bootstrap import platform
from kenpin.domain.decider import Refusal
from kenpin.domain.run.commands import FailRun, ReportProgress, RunCommand, StartRun, SucceedRun
from kenpin.domain.run.decider import run
from tests.functions.conftest import Api
from tests.functions.training import IDENTITY, WORKER


def worked(run_id: str, *commands: RunCommand) -> None:
    for command in commands:
        platform().commands.execute(run, run_id, command, by=WORKER)


def test_a_requested_run_is_bound_to_version_and_hash_and_queued_once(api: Api, run_id: str) -> None:
    dataset = api.get("/v1/datasets/cookies").json
    found = api.get(f"/v1/runs/{run_id}").json
    assert (found["dataset_version"], found["dataset_hash"]) == (dataset["version"], dataset["hash"])
    assert (found["status"], found["queue_place"], found["seed"]) == ("queued", 1, 7)
    api.catch_up()
    assert platform().jobs.depth().ready == 1
    delivery = platform().jobs.receive(30)
    assert delivery is not None
    assert (delivery.job.kind, delivery.job.subject, delivery.job.job_id) == (
        "train",
        run_id,
        f"run-{run_id}@1",
    )


def test_too_few_labels_are_said_before_anything_is_queued(api: Api, cookies: list[str]) -> None:
    reply = api.post("/v1/runs", {"dataset_id": "cookies"})
    assert (reply.status, reply.json["code"]) == (409, "TooFewLabels")
    assert "0 OK and 0 NG" in reply.json["detail"]
    assert platform().jobs.depth().ready == 0


def test_a_version_that_no_commit_ends_at_is_refused(api: Api, labelled: list[str]) -> None:
    inside = api.post("/v1/runs", {"dataset_id": "cookies", "version": 3})
    assert (inside.status, inside.json["code"]) == (409, "InsideCommit")
    beyond = api.post("/v1/runs", {"dataset_id": "cookies", "version": 10_000})
    assert (beyond.status, beyond.json["code"]) == (404, "NoSuchVersion")


def test_the_policy_sets_the_costs_unless_the_request_does(api: Api, labelled: list[str]) -> None:
    policy = {"escape_cost": 50, "overkill_cost": 2, "defect_rate": 0.01}
    assert api.post("/v1/projects/cookies/policy", policy, method="PUT").status == 200
    id = api.post("/v1/runs", {"dataset_id": "cookies", "recipe": {"overkill_cost": 5}}).json["id"]
    recipe = api.get(f"/v1/runs/{id}").json["recipe"]
    assert (recipe["escape_cost"], recipe["overkill_cost"], recipe["defect_rate"]) == (50, 5, 0.01)


def test_an_older_version_can_be_learnt_from(api: Api, labelled: list[str]) -> None:
    older = api.get("/v1/datasets/cookies").json
    body = {"annotations": [{"image_id": labelled[5], "verdict": "OK"}]}
    api.post("/v1/datasets/cookies/annotations", body)
    id = api.post("/v1/runs", {"dataset_id": "cookies", "version": older["version"]}).json["id"]
    assert api.get(f"/v1/runs/{id}").json["dataset_hash"] == older["hash"]


def test_progress_shows_while_it_works_and_a_success_makes_a_model(api: Api, run_id: str) -> None:
    worked(run_id, StartRun(attempt=1, identity=IDENTITY))
    worked(run_id, ReportProgress(attempt=1, stage="preprocess", done=5, total=10, eta_seconds=2.0))
    api.catch_up()
    found = api.get(f"/v1/runs/{run_id}").json
    assert (found["status"], found["stage"], found["done"], found["total"]) == (
        "running",
        "preprocess",
        5,
        10,
    )
    worked(run_id, SucceedRun(attempt=1, artifact="a" * 64, threshold=0.25, seconds=3.5))
    api.catch_up()
    api.catch_up()
    model = api.get(f"/v1/models/{run_id}").json
    assert (model["artifact"], model["threshold"], model["stage"]) == ("a" * 64, 0.25, "candidate")


def test_a_failure_that_is_not_final_waits_for_the_next_attempt(api: Api, run_id: str) -> None:
    worked(run_id, StartRun(attempt=1, identity=IDENTITY), FailRun(attempt=1, reason="out of memory"))
    worked(run_id, StartRun(attempt=2, identity=IDENTITY))
    api.catch_up()
    found = api.get(f"/v1/runs/{run_id}").json
    assert (found["status"], found["attempt"], found["failure"]) == ("running", 2, None)
    with pytest.raises(Refusal, match="attempt 1 is not attempt 2"):
        worked(run_id, ReportProgress(attempt=1, stage="train", done=1, total=2))


def test_a_cancelled_run_takes_no_more_reports(api: Api, run_id: str) -> None:
    worked(run_id, StartRun(attempt=1, identity=IDENTITY))
    assert api.post(f"/v1/runs/{run_id}/cancellation", {"reason": "wrong recipe"}).status == 201
    assert api.get(f"/v1/runs/{run_id}").json["status"] == "cancelled"
    with pytest.raises(Refusal, match="the run has cancelled"):
        worked(run_id, ReportProgress(attempt=1, stage="train", done=1, total=2))


def test_a_worker_that_died_without_a_word_fails_its_run(api: Api, run_id: str) -> None:
    for _ in range(3):
        delivery = platform().jobs.receive(0)
        assert delivery is not None
    assert platform().jobs.receive(0) is None
    api.catch_up()
    api.catch_up()
    found = api.get(f"/v1/runs/{run_id}").json
    assert (found["status"], found["failure"]["reason"]) == ("failed", "the worker died without a word")
    (letter,) = api.get("/v1/dead-letters").json["items"]
    assert (letter["source"], letter["subject"], letter["attempts"]) == ("jobs", run_id, 3)


def test_a_failed_run_can_be_retried_and_its_old_letter_is_forgotten(api: Api, run_id: str) -> None:
    for _ in range(3):
        platform().jobs.receive(0)
    platform().jobs.receive(0)
    api.catch_up()
    assert api.post(f"/v1/runs/{run_id}/retries", {"reason": "more memory"}).status == 202
    api.catch_up()
    assert api.get(f"/v1/runs/{run_id}").json["status"] == "queued"
    assert api.get("/v1/dead-letters").json["items"] == []
    assert api.get("/v1/queue").json == {"ready": 1, "running": 0, "dead": 0}
    again = platform().jobs.receive(30)
    assert again is not None and (again.job.subject, again.job.project) == (run_id, "cookies")


def test_a_dead_job_is_redriven(api: Api, run_id: str) -> None:
    for _ in range(3):
        platform().jobs.receive(0)
    api.catch_up()
    reply = api.post(f"/v1/dead-letters/jobs/run-{run_id}@1/redrive", {})
    assert (reply.status, reply.json) == (202, {"source": "jobs", "id": f"run-{run_id}@1"})
    assert api.get("/v1/queue").json == {"ready": 1, "running": 0, "dead": 0}


def test_suggestions_are_asked_for_as_a_job(api: Api, labelled: list[str]) -> None:
    reply = api.post("/v1/datasets/cookies/suggestions", {"size": 3, "seed": 1})
    assert reply.status == 202
    delivery = platform().jobs.receive(30)
    assert delivery is not None
    assert (delivery.job.kind, delivery.job.subject, delivery.job.project) == (
        "suggest",
        "cookies",
        "cookies",
    )
    assert delivery.job.arguments["suggestion_id"] == reply.json["suggestion_id"]
    assert delivery.job.arguments["strategies"] == "", "the project's mix chooses when the job is carried out"


def test_strategies_of_suggestions_are_asked_for_by_name(api: Api, labelled: list[str]) -> None:
    path = "/v1/datasets/cookies/suggestions"
    assert api.post(path, {"strategies": ["uncertain", "uncertain", "near_miss"]}).status == 202
    delivery = platform().jobs.receive(30)
    assert delivery is not None
    assert delivery.job.arguments["strategies"] == "uncertain,uncertain,near_miss"
    assert [api.post(path, {"strategies": wrong}).status for wrong in ([], ["entropy"])] == [422, 422]


def test_a_dead_job_that_is_not_there_is_said(api: Api) -> None:
    for source in ("jobs", "intake", "unheard"):
        reply = api.post(f"/v1/dead-letters/{source}/none/redrive", {})
        assert (reply.status, "see `kenpin queue dead`" in reply.json["detail"]) == (404, True)


def test_a_run_records_the_windows_of_its_version(api: Api, labelled: list[str]) -> None:
    version = api.post("/v1/datasets/cookies/windows", {"low": 0, "high": 4095}).json["version"]
    api.post("/v1/datasets/cookies/windows", {"low": 1, "high": 2, "camera": "cam-2"})
    whole, camera = {"low": 0.0, "high": 4095.0}, {"low": 1.0, "high": 2.0, "camera": "cam-2"}
    for asked, windows in (({"version": version}, [whole]), ({}, [whole, camera])):
        run_id = api.post("/v1/runs", {"dataset_id": "cookies", **asked}).json["id"]
        (event,) = api.get(f"/v1/streams/run-{run_id}/events").json["items"]
        assert event["data"]["windows"] == windows


def test_a_run_like_another_leaves_a_slice_of_history_out(api: Api, labelled: list[str]) -> None:
    more = [{"image_id": labelled[n], "verdict": verdict} for n, verdict in ((4, "OK"), (6, "NG"))]
    assert api.post("/v1/datasets/cookies/annotations", {"annotations": more}).status == 201
    like = api.post("/v1/runs", {"dataset_id": "cookies", "seed": 7, "recipe": {"escape_cost": 33}}).json[
        "id"
    ]
    later = {"annotations": [{"image_id": labelled[5], "verdict": "OK"}]}
    api.post("/v1/datasets/cookies/annotations", later)
    body = {"dataset_id": "cookies", "like": like, "reason": "another lamp"}
    without = {"kind": "line", "value": "L1"}
    reply = api.post("/v1/runs", body | {"without": without})
    assert reply.status == 202
    old, new = (api.get(f"/v1/runs/{id}").json for id in (like, reply.json["id"]))
    for field in ("dataset_version", "dataset_hash", "recipe", "seed", "accepted_only"):
        assert new[field] == old[field], field
    assert (new["like"], new["without"], new["reason"]) == (like, without, "another lamp")
    assert (old["like"], old["without"], old["reason"]) == (None, None, "")
    for image_id, expected in ((labelled[1], [like]), (labelled[0], [like, new["run_id"]])):
        links = api.get(f"/v1/datasets/cookies/images/{image_id}/decisions").json["links"]
        assert [link["run_id"] for link in links if link["kind"] == "run"] == expected
    worked(
        new["run_id"],
        StartRun(attempt=1, identity=IDENTITY),
        SucceedRun(attempt=1, artifact="a" * 64, threshold=0.5, seconds=3.5),
    )
    api.catch_up()
    api.catch_up()
    learnt = api.get(f"/v1/models/{new['run_id']}/decisions").json["items"]
    assert {item["image_id"] for item in learnt} == {labelled[n] for n in (0, 2, 4, 6)}


def test_a_slice_of_time_keeps_the_moment_of_its_date_at_the_site(api: Api, labelled: list[str]) -> None:
    more = [{"image_id": labelled[n], "verdict": verdict} for n, verdict in ((4, "OK"), (6, "NG"))]
    assert api.post("/v1/datasets/cookies/annotations", {"annotations": more}).status == 201
    for n, taken in ((1, "2026-03-31T15:00:00Z"), (0, "2026-03-31T14:59:59Z")):
        capture = {"image_id": labelled[n], "capture": {"captured_at": taken}}
        assert api.post("/v1/datasets/cookies/captures", capture).status == 201
    without = {"kind": "captured_before", "value": "2026-04-01", "moment": "1999-01-01"}
    run_id = api.post("/v1/runs", {"dataset_id": "cookies", "without": without}).json["id"]
    zone = {"zone": "America/New_York", "reason": "the line moved"}
    assert api.post("/v1/projects/cookies/time-zone", zone, method="PUT").status == 200
    kept = api.get(f"/v1/runs/{run_id}").json["without"]
    assert kept == without | {"moment": "2026-03-31T15:00:00+00:00"}
    used = {n: api.get(f"/v1/datasets/cookies/images/{labelled[n]}/decisions").json["links"] for n in (0, 1)}
    assert [[link["run_id"] for link in used[n] if link["kind"] == "run"] for n in (0, 1)] == [[], [run_id]]


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ({"without": {"kind": "line", "value": "L9"}}, 409, "no image to learn from has line L9"),
        (
            {"without": {"kind": "line", "value": "L1"}},
            409,
            "without line L1 only 1 OK and 1 NG images are left",
        ),
        ({"without": {"kind": "captured_after", "value": "May"}}, 422, "takes a date such as 2026-03-31"),
        ({"without": {"kind": "person", "value": "taro"}}, 409, "no image to learn from has person taro"),
        ({"without": {"kind": "label_book", "value": "7"}}, 409, "no image to learn from has label_book 7"),
        ({"without": {"kind": "weather", "value": "rain"}}, 422, "weather"),
        ({"like": "nothing"}, 404, "there is no run nothing on dataset cookies"),
        ({"like": "nothing", "seed": 3}, 422, "takes its seed over; leave them out"),
    ],
)
def test_a_slice_that_makes_no_run_is_refused_in_words(
    api: Api, labelled: list[str], asked: dict[str, object], status: int, words: str
) -> None:
    reply = api.post("/v1/runs", {"dataset_id": "cookies", **asked})
    assert reply.status == status
    assert words in str(reply.json)
