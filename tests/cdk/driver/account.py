"""The whole of it: streams, pipe, rules, queues and clocks, driven until nothing more is to be done."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, Protocol

import boto3

from kenpin.bootstrap import Platform
from tests.cdk.driver.deployed import Deployed
from tests.cdk.driver.faults import NoFaults
from tests.cdk.driver.functions import DeployedFunctions
from tests.cdk.driver.gateway import Gateway
from tests.cdk.driver.queue import QueueMapping
from tests.cdk.driver.rules import Calls, targets
from tests.cdk.driver.stream import mapping, pipe
from tests.cdk.templates import Template, properties

MOST_ROUNDS: Final = 100
TASK: Final = "the training task"


class Source(Protocol):
    def poll(self) -> int: ...


class DrivenAccount:
    def __init__(self, core: Template, api: Template, training: Template, faults: NoFaults) -> None:
        self.deployed = Deployed(core)
        self._training = training
        self.functions = DeployedFunctions(self.deployed, faults)
        self.gateway = Gateway(api, self.deployed, self.functions)
        self._calls = Calls(self.deployed, self.functions)
        self._queues = [
            QueueMapping(it, self.deployed, self.functions, faults) for it in self.deployed.mappings("sqs")
        ]
        self._sources: Sequence[Source] = (
            *self._streams(faults),
            *targets(self.deployed, self._calls),
            *self._queues,
        )

    def _streams(self, faults: NoFaults) -> Iterator[Source]:
        for settings in self.deployed.mappings("dynamodb"):
            yield mapping(settings, self.deployed, self.functions, faults)
        for settings in self.deployed.templated("Pipes::Pipe"):
            table = self.deployed.name_of(settings["Source"])
            stream = boto3.client("dynamodb").describe_table(TableName=table)["Table"]["LatestStreamArn"]
            yield pipe(settings, stream, self.deployed, faults)

    def settle(self) -> None:
        """Until everybody has heard of everything."""
        for _ in range(MOST_ROUNDS):
            if not [source for source in self._sources if source.poll()]:
                return
        raise AssertionError(f"after {MOST_ROUNDS} rounds there is still something to do")

    def heal(self) -> None:
        """Let time pass until there is nothing left for it to heal."""
        for _ in range(MOST_ROUNDS):
            self.settle()
            if not self._time_passes():
                return
        raise AssertionError(f"after {MOST_ROUNDS} sweeps something is still behind")

    def _time_passes(self) -> bool:
        """Every clock strikes, and what was hidden may come again; whether any of it was of use.

        But for that of anchors: moto has no key of the kind that signs them.
        """
        hidden = sum(queue.time_passes() for queue in self._queues)
        clocks = [it["Target"] for it in self.deployed.templated("Scheduler::Schedule")]
        calls = [(self.deployed.name_of(it["Arn"]), json.loads(it["Input"])) for it in clocks]
        answers = [self._calls.call(name, event) for name, event in calls if "anchors" not in name]
        return bool(hidden) or any(answer is None or any(answer.values()) for answer in answers)

    @contextmanager
    def task(self, folder: str) -> Iterator[Platform]:
        """The process of a training task, with the environment of its definition and a folder on this machine.

        The address of the database is that of the functions: the definition has it from the data stack, which is
        not deployed.
        """
        [container] = properties(self._training, "ECS::TaskDefinition", "TaskCpu")["ContainerDefinitions"]
        said = {it["Name"]: self.deployed.imported(it["Value"]) for it in container["Environment"]}
        told = {name: value for name, value in said.items() if value and name.startswith("KENPIN_")}
        function = self.deployed.functions[self.deployed.function("commands")]
        url = function["Environment"]["Variables"]["KENPIN_DATABASE_URL"]
        here = {"KENPIN_DATABASE_URL": url, "KENPIN_DATA_DIR": folder}
        with self.functions.environment(TASK, {**told, **here}) as platform:
            yield platform

    def close(self) -> None:
        self.functions.close()
