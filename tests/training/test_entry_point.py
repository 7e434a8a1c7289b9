"""The image's entry point as a process, with the environment of the task definition: SQS to model, and told to stop."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Final, Self

import boto3
import pytest
import requests
from moto.server import ThreadedMotoServer

from kenpin.bootstrap import Platform, prepare, wire
from kenpin.domain.catalogue import events_in
from kenpin.domain.dataset.commands import (
    CreateDataset,
    DatasetCommand,
    Judgement,
    NewImage,
    RegisterImages,
    SubmitAnnotations,
)
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.values import ImageFile
from kenpin.domain.decider import Scope
from kenpin.domain.job import MAX_ATTEMPTS
from kenpin.domain.recipe import Recipe
from kenpin.domain.run.commands import RequestRun
from kenpin.domain.run.decider import run
from kenpin.domain.run.events import EpochCompleted, RunStarted
from kenpin.domain.run.state import RunState
from kenpin.ports import QueueDepth
from kenpin.settings import Settings
from tests.training.conftest import BY, photo

ROOT: Final = Path(__file__).parents[2]
IMAGE_SETS: Final = re.compile(r"\b([A-Z_]+)=(\S+)")

GUARD: Final = """
import os, sys
def only_here(event, arguments):
    if event not in ("open", "os.mkdir") or not isinstance(arguments[0], str):
        return
    path, writes = os.path.realpath(arguments[0]), os.O_WRONLY | os.O_RDWR | os.O_CREAT
    if (event == "os.mkdir" or arguments[2] & writes) and not path.startswith(tuple(sys.writable)):
        raise OSError(30, "Read-only file system", path)
sys.writable = (os.path.realpath(os.environ["KENPIN_DATA_DIR"]), os.environ["TMPDIR"], "/dev/")
sys.addaudithook(only_here)
"""
"""A read-only root, as far as Python opens files: the task definition asks for one."""


def dockerfile() -> list[tuple[str, str]]:
    text = (ROOT / "training_container/Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


[ENTRY] = [json.loads(rest) for word, rest in dockerfile() if word == "ENTRYPOINT"]


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """An account with what the core stack makes, and the environment that names it in the task definition."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    reached = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    for name, value in reached.items():
        monkeypatch.setenv(name, value)
    requests.post(f"http://{host}:{port}/moto-api/reset", timeout=10)
    yield reached | resources()
    server.stop()


def resources() -> dict[str, str]:
    boto3.client("dynamodb").create_table(
        TableName="events",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
    boto3.client("s3").create_bucket(
        Bucket="objects", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    sqs = boto3.client("sqs")
    dead = sqs.create_queue(QueueName="dead.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": MAX_ATTEMPTS})
    jobs = sqs.create_queue(
        QueueName="jobs.fifo", Attributes={"FifoQueue": "true", "RedrivePolicy": redrive}
    )["QueueUrl"]
    return {
        "KENPIN_BASE": "aws",
        "KENPIN_TENANT": "factory",
        "KENPIN_EVENT_TABLE": "events",
        "KENPIN_BUCKET": "objects",
        "KENPIN_QUEUE_URL": jobs,
        "KENPIN_DEAD_LETTER_URL": dead,
        "KENPIN_STAGE": "dev",
        "KENPIN_DATABASE_AUTH": "url",
    }


@pytest.fixture
def task(account: dict[str, str], empty_database_url: str, tmp_path: Path) -> dict[str, str]:
    """The environment of the container: what the image sets, and what the task definition adds."""
    prepare(empty_database_url)
    [image] = [dict(IMAGE_SETS.findall(rest)) for word, rest in dockerfile() if "KENPIN_BASE" in rest]
    for folder in ("guard", "data", "tmp"):
        (tmp_path / folder).mkdir()
    (tmp_path / "guard/sitecustomize.py").write_text(GUARD)
    assert image["PYTHONPATH"] == "/app" and image["KENPIN_DATA_DIR"] == "/var/lib/kenpin"
    here = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{tmp_path / 'guard'}:{ROOT / 'layers/kenpin/python'}:{ROOT / 'training_container'}",
        "KENPIN_DATA_DIR": str(tmp_path / "data"),
        "TMPDIR": str(tmp_path / "tmp"),
    }
    return image | account | {"KENPIN_DATABASE_URL": empty_database_url} | here


@pytest.fixture
def platform(task: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """The same account, seen from outside the container."""
    for name, value in task.items():
        if name.startswith("KENPIN_"):
            monkeypatch.setenv(name, value)
    wired = wire(Settings())
    yield wired
    wired.close()


def tell(platform: Platform, *commands: DatasetCommand) -> None:
    for command in commands:
        platform.commands.execute(dataset, "photos", command, by=BY)


@pytest.fixture
def labelled(platform: Platform) -> Platform:
    """A handful of dark (OK) and light (NG) photos."""
    bodies = [photo(shade, n) for shade in (20, 150) for n in range(4)]
    ids = [sha256(body).hexdigest() for body in bodies]
    for id, body in zip(ids, bodies, strict=True):
        platform.objects.put(f"images/{id}", BytesIO(body))
    file = ImageFile(size=1, width=40, height=30, media_type="image/png")
    verdicts = tuple(Judgement(image_id=id, verdict="OK" if n < 4 else "NG") for n, id in enumerate(ids))
    tell(
        platform,
        CreateDataset(dataset_id="photos", project_id="demo", name="Photos"),
        RegisterImages(images=tuple(NewImage(image_id=id, file=file) for id in ids)),
        SubmitAnnotations(annotations=verdicts),
    )
    return platform


def request(platform: Platform, run_id: str, recipe: Recipe) -> None:
    """As the API and the reactors do."""
    head = platform.events.head("dataset-photos")
    command = RequestRun(
        run_id=run_id,
        project_id="demo",
        dataset_id="photos",
        dataset_version=head.version,
        dataset_hash=head.hash.hex(),
        recipe=recipe,
    )
    platform.commands.execute(run, run_id, command, by=BY)
    platform.reactions.advance(f"run-{run_id}")


class Container:
    """The worker as the task runs it; at the end it is told to stop, and must be gone in time."""

    def __init__(self, task: dict[str, str], log: Path) -> None:
        self._log = log
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, *ENTRY[1:]], env=task, cwd=log.parent / "data", stdout=out, stderr=out
            )

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 240
        while not condition():
            assert self._process.poll() is None and time.monotonic() < deadline, self._log.read_text()
            time.sleep(0.2)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._process.send_signal(signal.SIGTERM)
            assert self._process.wait(30) == 0, self._log.read_text()
        finally:
            self._process.kill()
            self._process.wait()


def test_outside_its_folders_a_task_can_write_nothing(task: dict[str, str], tmp_path: Path) -> None:
    writing = [sys.executable, "-c", f"open({str(tmp_path / 'elsewhere')!r}, 'w')"]
    tried = subprocess.run(writing, env=task, capture_output=True, text=True)
    assert "Read-only file system" in tried.stderr


def test_an_idle_task_that_is_told_to_stop_is_gone_in_seconds(task: dict[str, str], tmp_path: Path) -> None:
    with Container(task, tmp_path / "log"):
        time.sleep(3)


@pytest.mark.timeout(300)
def test_a_task_trains_from_the_queue_and_the_next_goes_on_where_one_was_stopped(
    labelled: Platform, task: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "log"

    def state(run_id: str) -> RunState:
        return labelled.commands.state(run, run_id, Scope())

    request(labelled, "run1", Recipe(image_size=96))
    with Container(task, log) as container:
        container.until(lambda: state("run1").status == "succeeded")
        request(labelled, "run2", Recipe(method="fine_tune", image_size=96, epochs=100, train_from_block=15))
        container.until(lambda: "epoch 2" in state("run2").reported)
    assert (state("run2").status, state("run2").attempt) == ("queued", 1)
    assert labelled.jobs.depth() == QueueDepth(1, 0, 0)
    with Container(task, log) as container:
        container.until(lambda: state("run2").attempt == 2)
    events = [e for commit in labelled.events.read("run-run2") for e in events_in(commit)]
    one, two = (event for event in events if isinstance(event, RunStarted))
    epochs = [event for event in events if isinstance(event, EpochCompleted)]
    told = [event.epoch for event in epochs if event.attempt == 1]
    again = [event.epoch for event in epochs if event.attempt == 2]
    assert 2 <= two.resumes_after in (told[-1], told[-1] - 1), "an epoch is told before it is kept"
    assert again == list(range(two.resumes_after + 1, two.resumes_after + 1 + len(again)))
    assert one.worker != two.worker
    seconds = [json.loads(line)["run_id"] for line in log.read_text().splitlines() if line.startswith("{")]
    assert seconds == ["run1", "run2", "run2"]
