"""EventBridge's rules and Lambda's asynchronous calls.

moto matches events with the patterns of the rules, but sends to queues alone and as they are. So each target gets a
queue in its place, and what arrives there is made as the target asks for, and carried on to it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

import boto3

from functions.runtime.event import Json
from tests.cdk.driver.deployed import Deployed
from tests.cdk.driver.functions import DeployedFunctions
from tests.cdk.driver.stream import at

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class Calls:
    """A function that nobody waits for is tried again, and then told of where its failures go."""

    def __init__(self, deployed: Deployed, functions: DeployedFunctions) -> None:
        self._functions, self._deployed = functions, deployed
        configs = deployed.templated("Lambda::EventInvokeConfig")
        self._configs = {deployed.name_of(config["FunctionName"]): config for config in configs}

    def call(self, name: str, event: Json) -> Json | None:
        """The answer, which nobody in AWS would hear; None when it failed to the last."""
        config = self._configs[name]
        for _ in range(1 + config["MaximumRetryAttempts"]):
            with suppress(Exception):
                return self._functions.wake(name, event)
        letter = json.dumps({"requestPayload": event})
        url = self._deployed.url(config["DestinationConfig"]["OnFailure"]["Destination"])
        boto3.client("sqs").send_message(QueueUrl=url, MessageBody=letter)
        return None


class Target:
    """One target of one rule."""

    def __init__(
        self, rule: str, bus: str, target: Mapping[str, Any], deployed: Deployed, calls: Calls
    ) -> None:
        self._sqs: SQSClient = boto3.client("sqs")
        self._target, self._deployed, self._calls = target, deployed, calls
        self._service = target["Arn"].split(":")[2]
        self._url = self._sqs.create_queue(QueueName=f"{rule}-{target['Id']}"[-80:])["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        instead = {"Id": target["Id"], "Arn": arn["Attributes"]["QueueArn"]}
        boto3.client("events").put_targets(Rule=rule, EventBusName=bus, Targets=[instead])  # type: ignore[list-item]

    def poll(self) -> int:
        """Return the number of events."""
        asked = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10)
        for message in asked.get("Messages", []):
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
            self._carry(shaped(self._target, json.loads(message["Body"])))
        return len(asked.get("Messages", []))

    def _carry(self, event: Json) -> None:
        if self._service == "lambda":
            self._calls.call(self._deployed.name_of(self._target["Arn"]), event)
            return
        assert self._service == "sqs", self._target
        url = self._deployed.url(self._target["Arn"])
        self._sqs.send_message(QueueUrl=url, MessageBody=json.dumps(event))


def targets(deployed: Deployed, calls: Calls) -> Iterator[Target]:
    """Of all rules of all buses."""
    client = boto3.client("events")
    for bus in [it["Name"] for it in client.list_event_buses()["EventBuses"]]:
        for rule in [it["Name"] for it in client.list_rules(EventBusName=bus)["Rules"]]:
            for target in client.list_targets_by_rule(Rule=rule, EventBusName=bus)["Targets"]:
                yield Target(rule, bus, dict(target), deployed, calls)


def shaped(target: Mapping[str, Any], event: Json) -> Json:
    """The input of the target for the event."""
    if path := target.get("InputPath"):
        return cast("Json", at(path.removeprefix("$."), event))
    if transformer := target.get("InputTransformer"):
        paths = transformer["InputPathsMap"]
        found = {name: at(path.removeprefix("$."), event) for name, path in paths.items()}
        template = transformer["InputTemplate"]
        made: Json = json.loads(re.sub(r"<([\w-]+)>", lambda name: json.dumps(found[name[1]]), template))
        return made
    return event
