"""The loop of the sample in an account: the photos come as factories send them, people use the API, a worker trains."""

import base64
import json
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Final

import boto3
import pytest
import requests
from moto import mock_aws

from functions.runtime.event import Json
from host.sample import photos
from kenpin.adapters.aws.event_store import DynamoEventStore
from kenpin.bootstrap import Platform
from kenpin.domain.commit import Head, genesis
from kenpin.domain.commit import verify as walk
from kenpin.importing.entry import SourceEntry
from kenpin.ports import EventStore
from kenpin_training.worker import Worker
from tests.cdk.deployment import REGION, deploy
from tests.cdk.driver.account import DrivenAccount
from tests.cdk.driver.faults import NoFaults
from tests.cdk.driver.functions import FIRST_ADMIN
from tests.cdk.driver.gateway import MACHINE, Caller
from tests.cdk.templates import Template
from tests.functions.aws import served
from tests.read_models.rows import Rows, databases, dump, straight

INSPECTOR: Final = Caller(FIRST_ADMIN)
LINE: Final = Caller("5v8t2bq0p1k3m9c7d4f6g8h0jk", [MACHINE])
BUSY: Final = 503
PATIENCE: Final = 20
NAMES: Final = (
    *(f"training-images/{kind}-{n}.jpg" for n in range(1, 7) for kind in ("normal", "anomaly")),
    *(f"test-images/test-{kind}-{n}.jpg" for n in (1, 2) for kind in ("normal", "anomaly")),
)
JUDGED: Final = 8
"""Of the photos to learn from; the others wait to be suggested."""
RECIPE: Final = {"image_size": 96}
DATASET: Final = "/v1/datasets/cookies"


def sample() -> list[SourceEntry]:
    """A handful of the real photos, in the order in which they come."""
    found = {it.path: it for it in photos.entries() if isinstance(it, SourceEntry)}
    return [found[name] for name in NAMES]


def content(entry: SourceEntry) -> bytes:
    """The bytes of a photo."""
    return (photos.FOLDER / entry.path).read_bytes()


@dataclass(frozen=True)
class Stacks:
    """As synthesised."""

    assembly: Path
    core: Template
    api: Template
    training: Template


@contextmanager
def deployed(stacks: Stacks, faults: NoFaults, postgres: str, folder: Path) -> Iterator["Loop"]:
    """An account in which the core stack stands, its rows in a database of its own."""
    name = f"loop_{uuid.uuid4().hex[:12]}"
    with (
        databases(postgres, name, f"{name}_again") as (rows, again),
        pytest.MonkeyPatch.context() as patch,
        mock_aws(config={"lambda": {"use_docker": False}}),
    ):
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        patch.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled")
        deploy(stacks.assembly, rows)
        with closing(DrivenAccount(stacks.core, stacks.api, stacks.training, faults)) as account:
            yield Loop(account, faults, folder, rows, again)


class Loop:
    def __init__(self, account: DrivenAccount, faults: NoFaults, folder: Path, rows: str, again: str) -> None:
        self.account, self.faults, self._folder = account, faults, folder
        self._rows, self._again = rows, again
        self._keys = (f"key-{n}" for n in count())
        self._outputs = account.deployed.outputs
        self._bucket = self._outputs["BucketName"]

    def get(self, path: str) -> Json:
        return self._until_answered("GET", path, None, INSPECTOR)

    def post(self, path: str, body: object, caller: Caller = INSPECTOR) -> Json:
        """As a client does: with a key, so that it may send again what got no answer."""
        return self._until_answered("POST", path, body, caller, idempotency_key=next(self._keys))

    def _until_answered(self, method: str, path: str, body: object, caller: Caller, **headers: str) -> Json:
        for _ in range(PATIENCE):
            reply = self.account.gateway.send(method, path, body, caller, **headers)
            if reply.status != BUSY:
                break
        assert reply.status < 300, (method, path, reply)
        return reply.json

    def rest(self) -> None:
        """Without faults it is enough that events are heard of; after faults, later sweeps mend the rest."""
        if type(self.faults) is NoFaults:
            self.account.settle()
        else:
            self.account.heal()

    def begin(self) -> None:
        """A person sets up the project, and its dataset."""
        self.post("/v1/projects", photos.PROJECT)
        self.post("/v1/projects/cookies/defect-classes", photos.DEFECT_CLASS)
        role = {"project_id": "cookies", "role": "machine", "lines": ["bakery-1"]}
        self.post(f"/v1/members/{LINE.sub}/roles", role)
        self.post("/v1/datasets", {"dataset_id": "cookies", "project_id": "cookies", "name": "Cookies"})
        self.rest()

    def upload(self, entry: SourceEntry) -> str:
        """To the address that the platform signs; the digest."""
        body = content(entry)
        digest = sha256(body).hexdigest()
        file = {"digest": digest, "size": len(body), "media_type": "image/jpeg"}
        [upload] = self.post(f"{DATASET}/uploads", {"files": [file]}, LINE)["uploads"]
        checksum = base64.b64encode(bytes.fromhex(digest)).decode()
        headers = {"content-type": "image/jpeg", "x-amz-checksum-sha256": checksum}
        requests.put(upload["url"], body, headers=headers, timeout=10).raise_for_status()
        return digest

    def put_on_bus(self, event: Json) -> None:
        entry = {"EventBusName": self._outputs["BusArn"], "Source": "kenpin.factory"}
        entry |= {"DetailType": event["type"], "Detail": json.dumps(event)}
        answer = boto3.client("events").put_events(Entries=[entry])  # type: ignore[list-item]
        assert answer["FailedEntryCount"] == 0

    def send_to_queue(self, event: object) -> None:
        url = self._outputs["IntakeQueueUrl"]
        boto3.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(event))

    def store_in_inbox(self, entry: SourceEntry) -> None:
        notes = {f"capture-{field}": value for field, value in entry.capture.items()}
        split = {"split": entry.split} if entry.split else {}
        boto3.client("s3").put_object(
            Bucket=self._bucket,
            Key=f"inbox/cookies/{entry.name}",
            Body=content(entry),
            Metadata={**notes, **split},
        )

    def images(self) -> dict[str, Json]:
        """By name."""
        return {image["name"]: image for image in self.get(f"{DATASET}/images?limit=100")["items"]}

    def judge(self, names: Sequence[str]) -> None:
        truth, ids = {entry.name: entry.verdict for entry in sample()}, self.images()
        said = [{"image_id": ids[name]["image_id"], "verdict": truth[name]} for name in names]
        self.post(f"{DATASET}/annotations", {"annotations": said})
        self.rest()

    def train(self) -> str:
        """The run that was asked for."""
        asked = self.post("/v1/runs", {"dataset_id": "cookies", "recipe": RECIPE, "seed": 7})
        self.rest()
        return str(asked["id"])

    def work(self) -> None:
        """A training task takes one job; its child, a process of its own, reaches the account over HTTP."""
        with served() as address, self.task() as platform:
            job = ("env", f"AWS_ENDPOINT_URL={address}", sys.executable, "-m", "kenpin_training", "job")
            assert Worker(platform, job).work_once(), "there was no job"
        self.rest()

    def small_pictures(self) -> set[str]:
        """The digests of the images that have one."""
        listed = boto3.client("s3").list_objects_v2(Bucket=self._bucket, Prefix="thumbnails/")
        return {Path(it["Key"]).stem for it in listed.get("Contents", [])}

    def task(self) -> AbstractContextManager[Platform]:
        """The environment of a training task."""
        return self.account.task(str(self._folder))

    def has_model(self, digest: str) -> bool:
        found = boto3.client("s3").get_object(Bucket=self._bucket, Key=f"models/{digest}.safetensors")
        return sha256(found["Body"].read()).hexdigest() == digest

    def broken_chains(self) -> list[str]:
        store = self._history()
        return [head.stream for head in store.heads() if not _is_whole(store, head)]

    def rows(self) -> Rows:
        return dump(self._rows)

    def rows_of_replay(self) -> Rows:
        """Had one projector read each stream once."""
        return straight(self._history(), self._again)

    def _history(self) -> EventStore:
        """Read outside of the faults."""
        with self.task() as platform:
            return DynamoEventStore(platform.settings.event_table, platform.settings.tenant)


def _is_whole(store: EventStore, head: Head) -> bool:
    start = Head(head.stream, 0, genesis(store.tenant, head.stream))
    return list(walk(start, store.read(head.stream))) == [head]


def captured(entry: SourceEntry, digest: str) -> Json:
    """The image event of a line for a photo whose bytes it has uploaded."""
    data = {"dataset_id": "cookies", "digest": digest, "name": entry.name, "capture": dict(entry.capture)}
    event = {"specversion": "1.0", "type": "kenpin.image.captured.v1", "source": "/lines/1", "id": entry.name}
    return {**event, "data": {**data, "split": entry.split}}
