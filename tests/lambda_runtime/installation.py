"""An installation on AWS whose functions run in sandboxes, with moto for its services."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final

import boto3
import pytest
from moto import mock_aws

from functions.manifest import FUNCTIONS, Function
from functions.runtime.event import Json
from host.gateway import Request, event_of
from kenpin.bootstrap import Platform, wire
from kenpin.domain.ids import upload_name
from kenpin.settings import Settings
from tests.functions.aws import BUCKET, REGION, make_resources, served
from tests.functions.conftest import picture
from tests.lambda_runtime.sandbox import Sandbox

BY_NAME: Final = {function.name: function for function in FUNCTIONS}
ADMIN: Final = "inspector"


class Functions:
    """Sandboxes of an installation, started when they are asked for."""

    def __init__(
        self, task: Path, path_of: Callable[[Function], str], settings: Mapping[str, str], logs: Path
    ) -> None:
        self._task, self._path_of, self.settings, self._logs = task, path_of, settings, logs
        self._open = ExitStack()
        self._sandboxes: dict[str, Sandbox] = {}

    def sandbox(self, name: str) -> Sandbox:
        if name not in self._sandboxes:
            function = BY_NAME[name]
            log = self._logs / f"{name}.log"
            made = Sandbox(function, self._task, self._path_of(function), self.settings, log)
            self._sandboxes[name] = self._open.enter_context(made.running())
        return self._sandboxes[name]

    def ask(
        self,
        name: str,
        method: str,
        path: str,
        body: str = "",
        key: str = "",
        seconds: float | None = None,
    ) -> Json:
        """Send a request of the admin, as the gateway does. `key`: for idempotency."""
        sent = {"content-type": "application/json"} | ({"idempotency-key": key} if key else {})
        path, _, query = path.partition("?")
        request = Request(method, path, query, sent, body.encode(), {"sub": ADMIN})
        return self.sandbox(name).invoke(event_of(request), seconds)

    def announce(self, *streams: str) -> Json:
        """Call the projector as the table's stream does after appends."""
        records = [{"eventID": it, "dynamodb": {"Keys": {"pk": {"S": f"local#{it}"}}}} for it in streams]
        return self.sandbox("projector").invoke({"Records": records})

    def upload(self, colour: int, project_id: str) -> str:
        """Put a picture as a browser does by signed address; return its digest."""
        body = picture(colour)
        digest = sha256(body).hexdigest()
        boto3.client("s3").put_object(Bucket=BUCKET, Key=upload_name(project_id, digest), Body=body)
        return digest

    @contextmanager
    def platform(self) -> Iterator[Platform]:
        """The environment of a training task."""
        names = {name.removeprefix("KENPIN_").lower(): value for name, value in self.settings.items()}
        platform = wire(Settings.model_validate(names))
        try:
            yield platform
        finally:
            platform.close()

    def close(self) -> None:
        self._open.close()


@contextmanager
def installed(
    task: Path, path_of: Callable[[Function], str], database_url: str, logs: Path
) -> Iterator[Functions]:
    with pytest.MonkeyPatch.context() as patch, mock_aws(), served() as address:
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        settings = {
            **make_resources(),
            "AWS_ENDPOINT_URL": address,
            "KENPIN_DATABASE_URL": database_url,
            "KENPIN_FIRST_ADMIN": ADMIN,
            "KENPIN_ANCHOR_KEY": "alias/anchors",
        }
        functions = Functions(task, path_of, settings, logs)
        try:
            yield functions
        finally:
            functions.close()
