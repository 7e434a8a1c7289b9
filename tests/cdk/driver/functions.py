"""Lambda: calls a handler with the environment of its function alone, and keeps what it has made for the next call."""

import base64
import json
import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from typing import Final
from unittest.mock import patch

from functions.runtime.event import Json
from host.gateway import LambdaContext
from kenpin import bootstrap
from kenpin.adapters.aws import clients
from kenpin.bootstrap import Platform, wire, wiring
from kenpin.settings import Settings
from tests.cdk.driver.deployed import Deployed
from tests.cdk.driver.faults import NoFaults

FIRST_ADMIN: Final = "9a1f6f0e-3c3c-4d52-9d0f-2f8f0f6f6a11"
HERE: Final = {"KENPIN_DATABASE_AUTH": "url", "KENPIN_FIRST_ADMIN": FIRST_ADMIN}
"""The one thing that is not as deployed: there is no RDS that would give a token for a server on this machine."""


class DeployedFunctions:
    """Every call passes JSON and nothing else, in and out."""

    def __init__(self, deployed: Deployed, faults: NoFaults) -> None:
        self._deployed, self._faults = deployed, faults
        self._warm: dict[str, Platform] = {}

    def wake(self, name: str, event: Json) -> Json:
        """By a stream, a queue, a rule or the clock, with the faults of the test."""
        return self._faults.around(name, lambda: self.call(name, event))

    def call(self, name: str, event: Json) -> Json:
        """`name`: that in the account."""
        function = self._deployed.functions[name]
        handler = import_module(function["Handler"].rpartition(".")[0]).handler
        with self.environment(name, function["Environment"]["Variables"]):
            return as_json(handler(as_json(event), LambdaContext(name, str(uuid.uuid4()))))

    @contextmanager
    def environment(self, name: str, variables: Mapping[str, str]) -> Iterator[Platform]:
        """A process that knows these settings alone."""
        outside = {key: value for key, value in os.environ.items() if not key.startswith("KENPIN_")}
        with (
            patch.dict(os.environ, {**outside, **variables, **HERE}, clear=True),
            patch.object(wiring, "wire", lambda settings: self._made(name, settings)),
        ):
            bootstrap.platform.cache_clear()
            yield bootstrap.platform()
        bootstrap.platform.cache_clear()

    def _made(self, name: str, settings: Settings) -> Platform:
        if name not in self._warm:
            dynamodb = clients.dynamodb
            with patch.object(clients, "dynamodb", lambda: self._faults.table(dynamodb())):
                self._warm[name] = wire(settings)
                _ = self._warm[name].events
        return self._warm[name]

    def close(self) -> None:
        for platform in self._warm.values():
            platform.close()


def as_json(value: Json) -> Json:
    """As it is when it has been sent: bytes in base64, as Lambda gets those of a table's stream."""
    sent: Json = json.loads(json.dumps(value, default=_written))
    return sent


def _written(value: object) -> str | float:
    if isinstance(value, datetime):
        return value.timestamp()
    assert isinstance(value, bytes)
    return base64.b64encode(value).decode()
