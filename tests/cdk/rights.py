"""Rights as IAM knows them: an action on a resource; what a template allows, and what was used of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, cast

import boto3
from moto.core.models import DEFAULT_ACCOUNT_ID

from cdk.constructs.function import NETWORK_INTERFACE_ACTIONS
from cdk.constructs.nag_reasons import WITHOUT_RESOURCE
from functions.manifest import Function
from tests.cdk.deployment import REGION
from tests.cdk.templates import listed

Statement = Mapping[str, Any]
PSEUDO = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": DEFAULT_ACCOUNT_ID}


@dataclass(frozen=True, order=True)
class Right:
    action: str
    resource: str
    """An ARN; in a right that is allowed, `*` stands for any text."""

    def covers(self, other: Right) -> bool:
        return self.action == other.action and fnmatchcase(other.resource, self.resource)


def unused(allowed: Iterable[Right], used: Iterable[Right]) -> set[Right]:
    used = set(used)
    return {right for right in allowed if not any(right.covers(one) for one in used)}


def missing(allowed: Iterable[Right], used: Iterable[Right]) -> set[Right]:
    allowed = set(allowed)
    return {right for right in used if not any(one.covers(right) for one in allowed)}


def in_statements(statements: Iterable[Mapping[str, Any]]) -> Iterator[Right]:
    """The allowed rights; a denial takes nothing from what our own code uses."""
    for statement in statements:
        if statement["Effect"] == "Allow":
            for action in listed(statement["Action"]):
                for resource in listed(statement["Resource"]):
                    yield Right(action, resource)


def of_role(arn: str) -> list[Statement]:
    """The statements of a deployed role, every name resolved."""
    iam, name = boto3.client("iam"), arn.rpartition("/")[2]
    assert not iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"], (
        "policies of AWS allow more"
    )
    documents = [
        cast("Mapping[str, Any]", iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"])
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
    ]
    return [statement for document in documents for statement in document["Statement"]]


class Names:
    """Resolves the names of a template that moto does not deploy: its own, and those that others export."""

    def __init__(self, own: Mapping[str, str]) -> None:
        """`own`: `<logical id>.<attribute>`, the id without its hash, or a stack that moto lacks → value."""
        exports = boto3.client("cloudformation").list_exports()["Exports"]
        self._own, self._exports = own, {it["Name"]: it["Value"] for it in exports if "Value" in it}

    def resolved(self, value: Any) -> Any:  # noqa: ANN401 (JSON in, the same JSON out)
        match value:
            case {"Ref": _} | {"Fn::GetAtt": _} | {"Fn::ImportValue": _}:
                return self._named(value)
            case {"Fn::Select": [int(place), {"Fn::Split": [str(between), inner]}]}:
                return self.resolved(inner).split(between)[place]
            case {"Fn::Join": [str(between), list(parts)]}:
                return between.join(self.resolved(part) for part in parts)
            case dict():
                return {key: self.resolved(inner) for key, inner in value.items()}
            case list():
                return [self.resolved(inner) for inner in value]
        return value

    def _named(self, reference: Mapping[str, Any]) -> str:
        match reference:
            case {"Ref": str(name)} if name in PSEUDO:
                return PSEUDO[name]
            case {"Ref": str(id)}:
                return self._own.get(id) or self._own[id[:-8]]
            case {"Fn::GetAtt": [str(id), str(attribute)]}:
                return self._own[f"{id[:-8]}.{attribute}"]
            case {"Fn::ImportValue": str(name)}:
                return self._exports.get(name) or self._own[name.partition(":")[0]]
        raise KeyError(str(reference))


LOGS = ("logs:CreateLogStream", "logs:PutLogEvents")
TRACES = ("xray:PutTelemetryRecords", "xray:PutTraceSegments")
STREAM = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
QUEUE = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")


def of_lambda(function: Function) -> dict[Right, str]:
    """Rights that Lambda itself uses with the function's role, and no code of ours → the reason."""
    rights = {Right(action, "*:log-group:*"): "Lambda writes what the function prints" for action in LOGS}
    rights |= {Right(action, "*"): WITHOUT_RESOURCE[action] for action in TRACES}
    if any(grant.startswith("rows:") for grant in function.may):
        rights |= {Right(action, "*"): WITHOUT_RESOURCE[action] for action in NETWORK_INTERFACE_ACTIONS}
    if function.woken_by_events:  # and no pipe is between them, for the stage sleeps
        rights |= {Right(action, "*/stream/*"): "Lambda reads the stream for it" for action in STREAM}
        rights[Right("dynamodb:ListStreams", "*")] = WITHOUT_RESOURCE["dynamodb:ListStreams"]
    if function.woken_by_queue:
        queue = f"*:*{function.woken_by_queue.capitalize()}*"
        rights |= {Right(action, queue): "Lambda takes messages for it" for action in QUEUE}
    if _is_called_and_left(function):
        rights[Right("sqs:SendMessage", "*Unheard*")] = "Lambda tells there of what it could not do"
    return rights


def _is_called_and_left(function: Function) -> bool:
    by_rule = function.woken_by_objects or function.woken_by_stopped_tasks
    return bool(by_rule or function.woken_by_events or function.every_seconds)
