"""Kenpin as deployed into moto: each handler with its function's own environment, clients and memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO

import boto3
import pytest
from PIL import Image

from functions.runtime.event import Json
from host.gateway import Request, call, function_for, respond
from kenpin import bootstrap
from kenpin.bootstrap import Platform, wiring
from kenpin.domain.ids import upload_name
from kenpin.settings import Settings
from tests.cdk.recorder import Recorder
from tests.functions.conftest import picture


def tiff(colour: int) -> bytes:
    """Return a picture that browsers see by a rendition."""
    out = BytesIO()
    with Image.open(BytesIO(picture(colour))) as image:
        image.save(out, "TIFF")
    return out.getvalue()


class FunctionsByRole:
    """The deployed functions in one process. Each role has its own platform, as each process has."""

    def __init__(self, environments: Mapping[str, Mapping[str, str]], patch: pytest.MonkeyPatch) -> None:
        """`environments`: role → its environment variables."""
        self.environments, self.recorder, self._patch = environments, Recorder(), patch
        self._platforms: dict[str, Platform] = {}
        self._wire = bootstrap.wire
        self.recorder.listen(patch)
        patch.setattr(wiring, "wire", self._platform_of_role)

    def _platform_of_role(self, settings: Settings) -> Platform:
        role = self.recorder.role
        if role not in self._platforms:
            self._platforms[role] = self._wire(settings)
        return self._platforms[role]

    @contextmanager
    def as_role(self, role: str) -> Iterator[Settings]:
        for name, value in {**self.environments[role], "KENPIN_FIRST_ADMIN": "inspector"}.items():
            self._patch.setenv(name, value)
        bootstrap.platform.cache_clear()
        with self.recorder.as_role(role):
            yield Settings()

    def call(self, function: str, event: Json) -> Json:
        with self.as_role(function):
            return call(function, event)

    def restart_processes(self) -> None:
        """Close every platform, as a restart of all processes does."""
        for role, platform in self._platforms.items():
            with self.recorder.as_role(role):
                platform.close()
        self._platforms.clear()

    def get(self, path: str) -> Json:
        return self._send("GET", path, None)

    def post(self, path: str, body: object, **headers: str) -> Json:
        return self._send("POST", path, body, **headers)

    def put(self, path: str, body: object) -> Json:
        return self._send("PUT", path, body)

    def _send(self, method: str, path: str, body: object, **headers: str) -> Json:
        path, _, query = path.partition("?")
        function = function_for(method, path)
        assert function, f"no function takes {method} {path}"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        sent = {"content-type": "application/json", **named}
        with self.as_role(function):
            answer = respond(function, Request(method, path, query, sent, content, {"sub": "inspector"}))
        assert answer.status < 500, f"{method} {path}: {answer.body.decode()}"
        return json.loads(answer.body) if answer.body else {}

    def deliver_appends(self, *streams: str) -> None:
        """Call projector and reactors as the table's stream and the bus do after appends."""
        tenant = self.environments["projector"]["KENPIN_TENANT"]
        records = [
            {"eventID": stream, "dynamodb": {"Keys": {"pk": {"S": f"{tenant}#{stream}"}}}}
            for stream in streams
        ]
        assert self.call("projector", {"Records": records}) == {"batchItemFailures": []}
        for stream in streams:
            event = {"source": "kenpin.events", "id": stream, "detail": {"stream": stream, "version": 1}}
            assert self.call("reactors", event) == {"batchItemFailures": []}

    def store(self, key: str, body: bytes) -> None:
        boto3.client("s3").put_object(
            Bucket=self.environments["commands"]["KENPIN_BUCKET"], Key=key, Body=body
        )

    def remove(self, prefix: str) -> None:
        s3, bucket = boto3.client("s3"), self.environments["commands"]["KENPIN_BUCKET"]
        for found in s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]:
            s3.delete_object(Bucket=bucket, Key=found["Key"])

    def image(self, colour: int) -> str:
        """Its bytes, put by signed address; answers its digest."""
        return self.upload(tiff(colour))

    def upload(self, body: bytes) -> str:
        """Put bytes by signed address; return their digest."""
        self.store(upload_name("p", digest := sha256(body).hexdigest()), body)
        return digest

    def stored(self, key: str) -> bytes:
        """Return the bytes of an object, as a signed address gives them."""
        bucket = self.environments["commands"]["KENPIN_BUCKET"]
        return bytes(boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())

    def has(self, key: str) -> bool:
        """Return True when the bucket has this object."""
        bucket = self.environments["commands"]["KENPIN_BUCKET"]
        return boto3.client("s3").list_objects_v2(Bucket=bucket, Prefix=key)["KeyCount"] == 1

    def message(self, queue: str, body: Json, group: str = "") -> None:
        """`queue`: the middle of the name by which functions know it; `group`: of a FIFO queue."""
        url = self.environments["queries"][f"KENPIN_{queue}_URL"]
        fifo = {"MessageGroupId": group, "MessageDeduplicationId": group} if group else {}
        boto3.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(body), **fifo)  # type: ignore[arg-type]
