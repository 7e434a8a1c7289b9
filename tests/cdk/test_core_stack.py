"""What the core stack promises, read from its template."""

import json
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import cfnlint.api  # type: ignore[import-untyped]
import pytest

from cdk.constructs.job_queue import MAX_ATTEMPTS
from functions.manifest import FUNCTIONS, Function
from kenpin.domain import job
from tests.cdk.conftest import Template


def of_type(template: Template, type: str) -> dict[str, dict[str, Any]]:
    return {id: it for id, it in template["Resources"].items() if it["Type"] == f"AWS::{type}"}


def only(template: Template, type: str, prefix: str = "") -> dict[str, Any]:
    [found] = [it for id, it in of_type(template, type).items() if id.startswith(prefix)]
    return found


def statements(template: Template, role_of: str = "") -> Iterator[dict[str, Any]]:
    for id, policy in of_type(template, "IAM::Policy").items():
        if id.startswith(role_of):
            yield from policy["Properties"]["PolicyDocument"]["Statement"]


def actions(template: Template, role_of: str = "") -> set[str]:
    named = [statement["Action"] for statement in statements(template, role_of)]
    return {action for it in named for action in (it if isinstance(it, list) else [it])}


def test_the_truth_can_be_restored_and_not_deleted_by_mistake(template: Template) -> None:
    table = only(template, "DynamoDB::Table")
    properties = table["Properties"]
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["DeletionProtectionEnabled"] is True
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}


def test_objects_are_not_public_and_travel_encrypted(template: Template) -> None:
    bucket = only(template, "S3::Bucket")
    assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["Properties"]["PublicAccessBlockConfiguration"]) == 4
    assert bucket["Properties"]["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["DeletionPolicy"] == "Retain"


@pytest.mark.parametrize(("type", "count"), [("S3::BucketPolicy", 1), ("SQS::QueuePolicy", 4)])
def test_requests_without_tls_are_denied(template: Template, type: str, count: int) -> None:
    policies = of_type(template, type).values()
    assert len(policies) == count
    for policy in policies:
        denials = [s for s in policy["Properties"]["PolicyDocument"]["Statement"] if s["Effect"] == "Deny"]
        assert denials[0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_a_job_is_tried_as_often_as_on_one_machine_and_then_kept(template: Template) -> None:
    jobs = only(template, "SQS::Queue", "JobQueueJobs")["Properties"]
    assert jobs["FifoQueue"] is True
    assert jobs["RedrivePolicy"]["maxReceiveCount"] == MAX_ATTEMPTS == job.MAX_ATTEMPTS


def test_every_function_of_the_manifest_is_there_as_it_says(template: Template) -> None:
    made = {
        f["Properties"]["Handler"]: f["Properties"] for f in of_type(template, "Lambda::Function").values()
    }
    assert set(made) == {f"functions.{f.name}.handler.handler" for f in FUNCTIONS}
    for function in FUNCTIONS:
        properties = made[f"{function.handler}.handler"]
        assert properties["Timeout"] == function.timeout_seconds
        assert properties["MemorySize"] == function.memory_mb
        assert properties["Description"] == function.does
        assert len(properties["Layers"]) == 2
        assert "LogGroup" in properties["LoggingConfig"]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_every_function_that_something_wakes_is_wired_to_it(template: Template, function: Function) -> None:
    wakes = [*of_type(template, "Lambda::EventSourceMapping"), *of_type(template, "Events::Rule")]
    wired = [id for id in wakes if id.startswith(f"Functions{function.name}")]
    expected = function.woken_by_events + bool(function.woken_by_objects) + bool(function.every_seconds)
    assert len(wired) == expected


def test_the_doorbell_tries_again_splits_and_tells_what_it_could_not_deliver(template: Template) -> None:
    mapping = only(template, "Lambda::EventSourceMapping")["Properties"]
    assert mapping["MaximumRetryAttempts"] == 3
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"]
    [pattern] = mapping["FilterCriteria"]["Filters"]
    assert json.loads(pattern["Pattern"]) == {"dynamodb": {"Keys": {"sk": {"S": ["H"]}}}}


def test_the_stream_has_no_more_than_the_two_readers_it_bears(template: Template) -> None:
    readers = [*of_type(template, "Lambda::EventSourceMapping"), *of_type(template, "Pipes::Pipe")]
    assert len(readers) == 2


def test_no_rule_or_call_that_fails_is_forgotten(template: Template) -> None:
    for rule in of_type(template, "Events::Rule").values():
        for target in rule["Properties"]["Targets"]:
            assert target["DeadLetterConfig"]["Arn"]
    calls = of_type(template, "Lambda::EventInvokeConfig").values()
    assert len(calls) == len(of_type(template, "Events::Rule"))
    assert all(call["Properties"]["DestinationConfig"]["OnFailure"] for call in calls)


def test_no_action_is_a_wildcard(template: Template) -> None:
    assert [action for action in actions(template) if "*" in action] == []
    assert all("ManagedPolicyArns" not in r["Properties"] for r in of_type(template, "IAM::Role").values())


def test_a_function_may_do_what_the_manifest_grants_and_no_more(template: Template) -> None:
    may_append = {f.name for f in FUNCTIONS if "events:append" in f.may}
    may_write = {f.name for f in FUNCTIONS if "objects:write" in f.may}
    for function in FUNCTIONS:
        allowed = actions(template, f"Functions{function.name}role")
        assert ("dynamodb:PutItem" in allowed) == (function.name in may_append)
        assert ("s3:PutObject" in allowed) == (function.name in may_write)
        assert not any(fnmatch(action, "*:Delete*") for action in allowed - {"sqs:DeleteMessage"})
        assert ("sqs:DeleteMessage" in allowed) == ({"jobs:send", "jobs:read"} <= set(function.may))


def test_the_bus_keeps_what_it_carried(template: Template) -> None:
    archive = only(template, "Events::Archive")["Properties"]
    assert archive["RetentionDays"] == 90
    rule = only(template, "Events::Rule", "Functionsreactors")["Properties"]
    assert rule["EventBusName"]["Fn::GetAtt"][1] == "Name"


def test_every_log_ends_some_day(template: Template) -> None:
    logs = of_type(template, "Logs::LogGroup").values()
    assert len(logs) == len(FUNCTIONS)
    assert all(log["Properties"]["RetentionInDays"] for log in logs)


def test_cloudformation_would_take_the_template(assembly: Path) -> None:
    text = (assembly / "KenpinCore.template.json").read_text()
    found = cfnlint.api.lint(text, regions=["eu-central-1"])
    assert [str(match) for match in found if match.rule.id.startswith("E")] == []
