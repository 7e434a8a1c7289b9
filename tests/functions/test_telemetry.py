"""Correlation, traces, logs and metrics of functions."""

import gc
import json
import subprocess
import sys
from io import StringIO

import pytest

from functions.runtime import telemetry
from functions.runtime.trace import derived_from, from_x_ray, traceparent
from host.gateway import LambdaContext
from kenpin.bootstrap import Platform, platform
from kenpin.domain.catalogue import recorded
from kenpin.domain.event import Context
from kenpin.domain.run.commands import FailRun, StartRun, SucceedRun
from kenpin.domain.run.decider import run
from kenpin.domain.run.values import Identity
from kenpin.ports import EntityConflict
from kenpin.read_models.catalogue import models_of
from tests.functions.conftest import Api

TRACE = f"00-{'a' * 32}-{'b' * 16}-01"
SENT = {"x_correlation_id": "c-17", "traceparent": TRACE}
X_RAY = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
AS_W3C = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01"
IDENTITY = Identity(code_digest="c", weights_digest="w", libraries={}, threads=2, hardware="cpu")


def contexts(stream: str) -> list[Context]:
    return [fact.context for commit in platform().events.read(stream) for fact in recorded(commit)]


@pytest.fixture
def run_id(api: Api, cookies: list[str]) -> str:
    """A run that was asked for in a correlation and a trace."""
    verdicts = zip(cookies, ("OK", "OK", "NG", "NG"), strict=False)
    api.post(
        "/v1/datasets/cookies/annotations",
        {"annotations": [{"image_id": i, "verdict": v} for i, v in verdicts]},
    )
    return str(api.post("/v1/runs", {"dataset_id": "cookies"}, **SENT).json["id"])


def test_a_request_is_found_again_in_its_job_its_run_and_the_model_that_came_of_it(
    api: Api, run_id: str
) -> None:
    delivery = platform().jobs.receive(30)
    assert delivery is not None
    by = delivery.job.by("trainer")
    for command in (
        StartRun(attempt=1, identity=IDENTITY),
        SucceedRun(attempt=1, artifact="a" * 64, threshold=0.5, seconds=1),
    ):
        platform().commands.execute(run, run_id, command, by=by)
    api.catch_up()
    for context in (*contexts(f"run-{run_id}"), *contexts(f"model-{run_id}")):
        assert (context.correlation_id, context.traceparent) == ("c-17", TRACE)
    assert contexts(f"model-{run_id}")[0].causation_id == f"run-{run_id}@3"


def test_a_job_that_a_person_asks_for_carries_them_too(api: Api, cookies: list[str]) -> None:
    api.post("/v1/datasets/cookies/suggestions", {"size": 2}, **SENT)
    delivery = platform().jobs.receive(30)
    assert delivery is not None
    assert (delivery.job.correlation_id, delivery.job.traceparent) == ("c-17", TRACE)


def test_a_problem_names_the_correlation(api: Api) -> None:
    assert api.post("/v1/datasets", {}, **SENT).json["correlation_id"] == "c-17"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"traceparent": "00-zz"},
        {"traceparent": f"00-{'0' * 32}-{'b' * 16}-01"},
        {"traceparent": TRACE + "x"},
    ],
)
def test_a_request_without_a_well_formed_trace_begins_one(headers: dict[str, str]) -> None:
    made = traceparent(headers, "c-17")
    assert made == traceparent(headers, "c-17") == derived_from("c-17") != traceparent(headers, "c-18")
    assert traceparent({"traceparent": made}, "c-19") == made


def test_x_ray_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    assert from_x_ray(X_RAY) == traceparent({"x-amzn-trace-id": X_RAY}, "c") == AS_W3C
    assert from_x_ray("Root=1-5759e988-bd862e3fe1be46a994272793") is None
    monkeypatch.setenv("_X_AMZN_TRACE_ID", X_RAY.replace("Sampled=1", "Sampled=0;Lineage=a:0"))
    assert traceparent({}, "c") == AS_W3C[:-1] + "0"
    assert traceparent({"traceparent": TRACE}, "c") == TRACE


def test_a_request_is_logged_without_what_people_wrote(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    out = StringIO()
    monkeypatch.setattr(telemetry.logger.registered_handler, "stream", out)
    named = {"kenpin-actor": "inspector", "x-correlation-id": "c-17", "authorization": "Bearer secret"}
    api.send("POST", "/v1/projects", {"project_id": "p", "name": "a secret name"}, named)
    line = json.loads(out.getvalue())
    told = {"method": "POST", "route": "/v1/projects", "status": 201, "actor": "inspector"}
    assert told.items() <= line.items()
    assert (line["correlation_id"], line["function"], line["stage"]) == ("c-17", "commands", "local")
    assert line["ms"] > 0
    assert "secret" not in out.getvalue()


@pytest.fixture
def on_aws(api: Api, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """This platform, taking itself for one on AWS."""
    here = platform()
    settings = here.settings.model_copy(update={"base": "aws", "stage": "test"})
    monkeypatch.setattr(here, "settings", settings)
    return here


def counts(capsys: pytest.CaptureFixture[str]) -> dict[str, float]:
    """Return the metrics that CloudWatch would take from the output."""
    found: dict[str, float] = {}
    for line in map(json.loads, capsys.readouterr().out.splitlines()):
        if "_aws" in line:
            [metrics] = line["_aws"]["CloudWatchMetrics"]
            assert metrics["Namespace"] == "Kenpin"
            assert [sorted(dimensions) for dimensions in metrics["Dimensions"]] == [["service", "stage"]]
            assert (line["service"], line["stage"]) == ("kenpin", "test")
            for metric in metrics["Metrics"]:
                [value] = line[metric["Name"]]
                found[metric["Name"]] = found.get(metric["Name"], 0) + value
    return found


def test_one_machine_counts_nothing_aloud(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    api.catch_up()
    assert counts(capsys) == {}
    assert platform().metrics.take() == {}


def test_the_sweeper_counts_what_is_behind_and_parked_zeroes_too(
    api: Api, on_aws: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    api.send("POST", "/v1/projects", {"project_id": "p", "name": "P"}, {"kenpin-actor": "inspector"})
    capsys.readouterr()
    api.catch_up()
    told = counts(capsys)
    late = len(models_of("project-p")) + len(models_of("member-inspector"))
    assert (told["ProjectionLag"], told["ParkedStreams"]) == (late, 0)  # of the project and of its admin
    api.catch_up()
    assert counts(capsys)["ProjectionLag"] == 0


def test_failed_runs_and_arrivals_are_counted(
    api: Api, run_id: str, on_aws: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = FailRun(attempt=0, reason="broken", final=True)
    platform().commands.execute(run, run_id, failed, by=Context(actor="trainer"))
    event = {"specversion": "1.0", "type": "kenpin.image.captured.v1", "source": "/l", "id": "1"}
    data = [{"dataset_id": "cookies", "digest": digest} for digest in (api.image(50), "f" * 64)]
    capsys.readouterr()
    api.post("/v1/intake", [{**event, "data": one} for one in data])
    told = counts(capsys)
    assert (told["RunsFailed"], told["IntakeRegistered"], told["IntakeRejected"]) == (1, 1, 1)


def test_a_lost_race_is_counted(
    api: Api,
    cookies: list[str],
    on_aws: Platform,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    append, lost = type(platform().events).append, iter([True])

    def contested(self: object, stream: str, *given: object, **more: object) -> object:
        if next(lost, False):
            raise EntityConflict(stream, {cookies[0]: (1, 2)})
        return append(self, stream, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(type(platform().events), "append", contested)
    judgement = {"annotations": [{"image_id": cookies[0], "verdict": "OK", "reason": "seen"}]}
    capsys.readouterr()
    assert api.post("/v1/datasets/cookies/annotations", judgement).status == 201
    assert counts(capsys)["AppendConflicts"] == 1


SDK = """
import sys, functions.queries.handler as function
print("aws_xray_sdk" in sys.modules, "boto3" in sys.modules)
"""


@pytest.mark.parametrize(
    ("environment", "imported"),
    [
        ({}, "False"),
        ({"LAMBDA_TASK_ROOT": "/var/task", "POWERTOOLS_TRACE_DISABLED": "true"}, "False"),
        ({"LAMBDA_TASK_ROOT": "/var/task"}, "True"),
    ],
)
def test_the_sdk_of_traces_is_imported_only_where_there_are_traces(
    environment: dict[str, str], imported: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SDK], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split()[0] == imported


TRACED = """
from functions.runtime import telemetry
from host.gateway import LambdaContext
from kenpin.bootstrap import wire
from kenpin.settings import Settings

there = wire(Settings(base="aws", queue_url="q"))
telemetry.platform = lambda: there

def handler(event, context):
    from aws_xray_sdk.core import xray_recorder
    return {"traced": xray_recorder.current_subsegment() is not None}

telemetry.observed(handler)({}, LambdaContext("f", "r-1"))
"""


def test_in_lambda_a_call_is_traced_and_its_log_line_says_in_which_trace() -> None:
    account = {"AWS_DEFAULT_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y"}
    environment = {"LAMBDA_TASK_ROOT": "/var/task", "_X_AMZN_TRACE_ID": X_RAY, **account}
    done = subprocess.run(
        [sys.executable, "-c", TRACED], env=environment, capture_output=True, text=True, check=True
    )
    line = json.loads(done.stdout.splitlines()[-1])
    assert (line["answer"], line["xray_trace_id"]) == (
        {"traced": True},
        "1-5759e988-bd862e3fe1be46a994272793",
    )


def test_objects_of_the_first_call_are_frozen_for_the_garbage_collector(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    tuned: list[int] = []
    monkeypatch.setattr(telemetry, "tune_garbage_collection", lambda: tuned.append(gc.get_count()[0]))
    handler = telemetry.observed(lambda event, context: {"statusCode": 200})
    for _ in range(3):
        handler({}, LambdaContext("queries", "r-1"))  # type: ignore[arg-type]
    assert len(tuned) == 1
    monkeypatch.undo()
    before = gc.get_threshold()
    try:
        telemetry.tune_garbage_collection()
        assert gc.get_freeze_count() > 10_000
        assert gc.get_threshold()[0] > before[0] or before[0] >= 20_000
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
