"""The handlers under the real runtime interface client, with the layers as bundled and the Python of this machine."""

import json
import socket
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Final

import boto3
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from functions.manifest import Function
from functions.runtime.event import Json
from kenpin.application.model_exports import object_of
from kenpin.domain.event import Context
from kenpin.domain.model.commands import RegisterModel, ReportExport
from kenpin.domain.model.decider import model
from kenpin.domain.run.commands import ReportPoolScored, RequestRun, StartRun
from kenpin.domain.run.decider import run
from kenpin_training.exporting.archive import zipped
from tests.functions.aws import BUCKET
from tests.functions.conftest import picture
from tests.functions.training import IDENTITY, WORKER
from tests.lambda_runtime.installation import ADMIN, BY_NAME, Functions, installed
from tests.lambda_runtime.runtime_api import MAX_PAYLOAD_BYTES
from tests.lambda_runtime.sandbox import FunctionError, Sandbox, TimedOut
from tests.postgres_server import new_database
from tests.training.mean_model import write_mean_model

PROJECT: Final = {"project_id": "bakery", "name": "Bakery"}
DATASET: Final = {"dataset_id": "cookies", "project_id": "bakery", "name": "Cookies"}
PREDICTIONS: Final = "ab" * 32
SCHEMA: Final = pa.schema(
    {"image_id": pa.string(), "split": pa.string(), "truth": pa.string(), "score": pa.float64()}
)
DISCONNECT: Final = (
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid()"
)
TABLES: Final = (
    "select format('%I.%I', schemaname, tablename) from pg_tables"
    " where schemaname not in ('pg_catalog', 'information_schema')"
)
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def database_url(postgres_url: str, prepared_template: str) -> Iterator[str]:
    with new_database(postgres_url, prepared_template) as url:
        yield url


@pytest.fixture(scope="module")
def functions(
    task: Path,
    path_of: Callable[[Function], str],
    database_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Functions]:
    """An installation with a project and an empty dataset."""
    with installed(task, path_of, database_url, tmp_path_factory.mktemp("logs")) as functions:
        post(functions, "/v1/projects", PROJECT)
        assert functions.announce("project-bakery") == {"batchItemFailures": []}
        post(functions, "/v1/datasets", DATASET)
        assert functions.announce("dataset-cookies") == {"batchItemFailures": []}
        yield functions


def post(functions: Functions, path: str, body: object, key: str = "") -> Json:
    reply = functions.ask("commands", "POST", path, json.dumps(body), key)
    assert reply["statusCode"] in (200, 201), reply
    answer: Json = json.loads(reply["body"])
    return answer


def get(functions: Functions, path: str) -> Json:
    reply = functions.ask("queries", "GET", path)
    assert reply["statusCode"] == 200, reply
    answer: Json = json.loads(reply["body"])
    return answer


@pytest.mark.parametrize("name", BY_NAME)
def test_every_function_is_loaded_from_its_own_layers(functions: Functions, name: str) -> None:
    functions.sandbox(name).start()


def test_a_picture_is_decoded_registered_projected_and_made_small(functions: Functions) -> None:
    digest = functions.upload(7, "bakery")
    items = post(functions, "/v1/datasets/cookies/images", {"images": [{"digest": digest, "name": "1.png"}]})
    assert [item["outcome"] for item in items["items"]] == ["registered"]
    assert functions.announce("dataset-cookies") == {"batchItemFailures": []}
    stored = {"Records": [{"s3": {"object": {"key": f"images/{digest}"}}}]}
    assert functions.sandbox("thumbnails").invoke(stored) == {"made": 1}
    listed = get(functions, "/v1/datasets/cookies/images")["items"]
    assert [image["name"] for image in listed] == ["1.png"]


def test_predictions_are_read_with_the_layer_of_pyarrow(functions: Functions) -> None:
    table, body = pa.Table.from_pylist([{"image_id": "c" * 64, "score": 0.75}], SCHEMA), BytesIO()
    pq.write_table(table, body)
    key = f"predictions/{PREDICTIONS}.parquet"
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body.getvalue())
    requested = RequestRun(
        run_id="first", project_id="bakery", dataset_id="cookies", dataset_version=1, dataset_hash="0" * 64
    )
    with functions.platform() as platform:
        platform.commands.execute(run, "first", requested, by=Context(actor=ADMIN))
        for command in (
            StartRun(attempt=1, identity=IDENTITY),
            ReportPoolScored(attempt=1, predictions=PREDICTIONS, images=1),
        ):
            platform.commands.execute(run, "first", command, by=WORKER)
    functions.announce("run-first")
    assert [it["score"] for it in get(functions, "/v1/runs/first/predictions")["items"]] == [0.75]


def test_a_picture_in_a_request_is_judged_with_the_layer_of_onnx(
    functions: Functions, tmp_path: Path
) -> None:
    write_mean_model(tmp_path)
    body = zipped(tmp_path)
    digest = sha256(body).hexdigest()
    boto3.client("s3").put_object(Bucket=BUCKET, Key=object_of(digest), Body=body)
    names = {"model_id": "m", "run_id": "m", "project_id": "bakery", "dataset_id": "cookies"}
    figures = {"size": len(body), "images": 1, "largest_difference": 0, "tolerance": 0.1}
    registered = RegisterModel.model_validate({**names, "artifact": "a" * 64, "threshold": 0.5})
    report = ReportExport.model_validate({"export_id": "e", "format": "onnx", "digest": digest, **figures})
    with functions.platform() as platform:
        for command in (registered, report):
            platform.commands.execute(model, "m", command, by=WORKER)
    functions.announce("model-m")
    sent = json.dumps({"image": b64encode(picture(0)).decode()})
    reply = functions.ask("inspect", "POST", "/v1/models/m/inspect", sent)
    assert (reply["statusCode"], json.loads(reply["body"])["export"]) == (200, digest), reply


def test_a_request_of_six_megabytes_is_refused_in_words(functions: Functions) -> None:
    reason = "x" * (MAX_PAYLOAD_BYTES - 4_096)
    body = json.dumps({"image_ids": ["c" * 64], "reason": reason})
    reply = functions.ask("commands", "POST", "/v1/datasets/cookies/exclusions", body)
    assert reply["statusCode"] == 422
    assert reply["headers"]["Content-Type"].startswith("application/problem+json")
    assert len(json.dumps(reply)) < 10_000, "the answer does not repeat what was sent"


def test_lambda_takes_no_larger_request(functions: Functions) -> None:
    with pytest.raises(ValueError, match="more than Lambda takes"):
        functions.ask("commands", "POST", "/v1/projects", "x" * MAX_PAYLOAD_BYTES)


@contextmanager
def locked_rows(database_url: str) -> Iterator[None]:
    """The test is the only reader and writer of rows meanwhile."""
    with psycopg.connect(database_url) as holder:
        for (table,) in holder.execute(TABLES).fetchall():
            holder.execute(f"lock table {table} in access exclusive mode".encode())
        yield
        holder.rollback()


def test_a_read_that_waits_too_long_is_ended_and_the_next_process_answers(
    functions: Functions, database_url: str
) -> None:
    before = functions.sandbox("queries").starts
    with locked_rows(database_url), pytest.raises(TimedOut):
        functions.ask("queries", "GET", "/v1/projects", seconds=2)
    assert "bakery" in {project["project_id"] for project in get(functions, "/v1/projects")["items"]}
    assert functions.sandbox("queries").starts == before + 1


def test_a_write_that_was_ended_and_is_sent_again_happens_once(
    functions: Functions, database_url: str
) -> None:
    body = {"project_id": "foundry", "name": "Foundry"}
    with locked_rows(database_url), pytest.raises(TimedOut):
        functions.ask("commands", "POST", "/v1/projects", json.dumps(body), "once", seconds=2)
    answers = [post(functions, "/v1/projects", body, "once") for _ in range(2)]
    assert answers[0] == answers[1]
    with functions.platform() as platform:
        versions = {head.stream: head.version for head in platform.events.heads()}
    assert versions["project-foundry"] == versions["project-bakery"]


def test_a_frozen_process_goes_on_where_it_stopped(functions: Functions) -> None:
    first, sandbox = get(functions, "/v1/projects"), functions.sandbox("queries")
    before = sandbox.starts
    assert sandbox.is_frozen()
    time.sleep(1)
    assert get(functions, "/v1/projects") == first
    assert sandbox.starts == before


def test_a_process_whose_connections_were_closed_while_it_was_frozen_goes_on(
    functions: Functions, database_url: str
) -> None:
    get(functions, "/v1/projects")
    with psycopg.connect(database_url, autocommit=True) as administrator:
        assert administrator.execute(DISCONNECT.encode()).fetchall()
    assert get(functions, "/v1/projects")["items"]


@pytest.fixture
def without_table(
    task: Path, path_of: Callable[[Function], str], functions: Functions, tmp_path: Path
) -> Iterator[Functions]:
    """The same installation; the table's endpoint takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        settings = {**functions.settings, "AWS_ENDPOINT_URL_DYNAMODB": address}
        with closing(Functions(task, path_of, settings, tmp_path)) as others:
            yield others


def test_a_table_that_does_not_respond_is_told_of_before_the_time_is_up(without_table: Functions) -> None:
    body = json.dumps({"project_id": "mill", "name": "Mill"})
    reply = without_table.ask("commands", "POST", "/v1/projects", body)
    assert reply["statusCode"] == 503
    assert reply["headers"]["Content-Type"].startswith("application/problem+json")


@pytest.fixture
def large(task: Path, path_of: Callable[[Function], str], tmp_path: Path) -> Iterator[Sandbox]:
    """A function that answers with as many bytes as it is asked for."""
    code = "def handler(event, context):\n    return {'body': 'x' * event['bytes']}\n"
    (tmp_path / "functions" / "large").mkdir(parents=True)
    (tmp_path / "functions" / "large" / "handler.py").write_text(code)
    function = Function("large", "Answers at length.", may=())
    with Sandbox(function, tmp_path, path_of(function), {}, tmp_path / "log").running() as sandbox:
        yield sandbox


def test_an_answer_of_more_than_six_megabytes_is_an_error_and_the_next_call_is_answered(
    large: Sandbox,
) -> None:
    frame = len(json.dumps({"body": ""}))
    assert len(large.invoke({"bytes": MAX_PAYLOAD_BYTES - frame})["body"]) == MAX_PAYLOAD_BYTES - frame
    with pytest.raises(FunctionError, match="ResponseSizeTooLarge"):
        large.invoke({"bytes": MAX_PAYLOAD_BYTES})
    assert large.invoke({"bytes": 1}) == {"body": "x"}
