"""The deployed resources: from moto where it keeps them, else from the template."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import boto3
import pytest

from tests.cdk.deployment import STACK
from tests.cdk.templates import Template, of_type

ENDS: Final = re.compile("[:/]")


class Deployed:
    """`core`: the template that was deployed."""

    def __init__(self, core: Template) -> None:
        self._core = core
        cloudformation = boto3.client("cloudformation")
        with pytest.warns(UserWarning, match="not supported by moto's CloudFormation"):
            resources = cloudformation.describe_stack_resources(StackName=STACK)["StackResources"]
            [stack] = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
        named = [it for it in resources if "PhysicalResourceId" in it]  # those that moto made
        self._names = {it["LogicalResourceId"]: it["PhysicalResourceId"] for it in named}
        exports = cloudformation.list_exports()["Exports"]
        self._exports = {it["Name"]: it["Value"] for it in exports if "Value" in it}
        self.outputs = {it["OutputKey"]: it["OutputValue"] for it in stack["Outputs"] if "OutputValue" in it}
        deployed = boto3.client("lambda").list_functions()["Functions"]
        self.functions: Mapping[str, Mapping[str, Any]] = {it["FunctionName"]: dict(it) for it in deployed}

    def function(self, name: str) -> str:
        """The name in the account of a function of the manifest."""
        [found] = [
            id for id, it in self.functions.items() if it["Handler"] == f"functions.{name}.handler.handler"
        ]
        return found

    def name_of(self, value: object) -> str:
        """Of what an ARN leads to, or what a template writes in its place."""
        match value:
            case {"Fn::GetAtt": [logical, *_]} | {"Ref": logical}:
                return self.name_of(self._names.get(str(logical)) or self._named(str(logical)))
            case {"Fn::ImportValue": export}:
                return self.name_of(self._exports[str(export)])
            case {"Fn::Join": [_, [*_, str(end)]]}:
                return ENDS.split(end)[-1]
            case _:
                return ENDS.split(str(value))[-1]

    def _named(self, logical: str) -> str:
        """moto does not say which bus it made."""
        return str(self._core["Resources"][logical]["Properties"]["Name"])

    def imported(self, value: object) -> str | None:
        """The value that another stack reads there; None when it is not of this one alone."""
        match value:
            case {"Fn::ImportValue": export}:
                return self._exports.get(str(export))
            case str():
                return value
        return None

    def url(self, queue: object) -> str:
        return boto3.client("sqs").get_queue_url(QueueName=self.name_of(queue))["QueueUrl"]

    def templated(self, type: str) -> Iterator[dict[str, Any]]:
        """Properties of the template's resources of a type that moto's CloudFormation does not make."""
        for resource in of_type(self._core, type).values():
            yield resource["Properties"]

    def mappings(self, service: str) -> Iterator[dict[str, Any]]:
        """Event source mappings of `dynamodb` or `sqs`."""
        for mapping in boto3.client("lambda").list_event_source_mappings()["EventSourceMappings"]:
            if mapping["EventSourceArn"].split(":")[2] == service:
                yield dict(mapping)
