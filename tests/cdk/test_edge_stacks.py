"""Rules of every stack at the edge, as cdk.json has it and with every option."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cfnlint.api  # type: ignore[import-untyped]
import pytest

from tests.cdk.options import with_every_option
from tests.cdk.templates import Template, listed, of_type

REGION = "eu-central-1"
STACKS = ("web", "api", "training", "watch")
every_stack = pytest.mark.parametrize("stack", STACKS)


def variants(read: Callable[[str], Template], stack: str) -> tuple[Template, Template]:
    """As cdk.json has it, and with every option."""
    return read(stack), with_every_option()[stack]


def granted(template: Template) -> Iterator[dict[str, Any]]:
    """Every statement that lets a role do something, in a policy of its own or in the role."""
    for policy in of_type(template, "IAM::Policy").values():
        yield from policy["Properties"]["PolicyDocument"]["Statement"]
    for role in of_type(template, "IAM::Role").values():
        for policy in role["Properties"].get("Policies", []):
            yield from policy["PolicyDocument"]["Statement"]


@every_stack
def test_no_action_is_a_wildcard(read: Callable[[str], Template], stack: str) -> None:
    for template in variants(read, stack):
        assert [
            it["Action"] for it in granted(template) if any("*" in action for action in listed(it["Action"]))
        ] == []


@every_stack
def test_every_log_ends_some_day(read: Callable[[str], Template], stack: str) -> None:
    for template in variants(read, stack):
        logs = of_type(template, "Logs::LogGroup").values()
        assert [log for log in logs if not log["Properties"].get("RetentionInDays")] == []


@every_stack
def test_every_function_writes_to_such_a_log(read: Callable[[str], Template], stack: str) -> None:
    for template in variants(read, stack):
        for function in of_type(template, "Lambda::Function").values():
            assert function["Properties"]["LoggingConfig"]["LogGroup"]["Ref"] in of_type(
                template, "Logs::LogGroup"
            )


@every_stack
def test_no_bucket_is_public_and_none_is_lost(read: Callable[[str], Template], stack: str) -> None:
    for template in variants(read, stack):
        for bucket in of_type(template, "S3::Bucket").values():
            blocked = bucket["Properties"]["PublicAccessBlockConfiguration"]
            assert len(blocked) == 4
            assert set(blocked.values()) == {True}
            assert bucket["Properties"]["BucketEncryption"]
            assert bucket["DeletionPolicy"] == "Retain"
        denied = [
            it["Properties"]["PolicyDocument"]["Statement"]
            for it in of_type(template, "S3::BucketPolicy").values()
        ]
        assert len(denied) == len(of_type(template, "S3::Bucket"))
        for statements in denied:
            assert {"Bool": {"aws:SecureTransport": "false"}} in [it.get("Condition") for it in statements]


@every_stack
def test_what_can_bear_a_tag_bears_ours(read: Callable[[str], Template], stack: str) -> None:
    """Of the types that every stack has some of; the form of a tag differs by type."""
    for template in variants(read, stack):
        for type in (
            "S3::Bucket",
            "Lambda::Function",
            "IAM::Role",
            "Logs::LogGroup",
            "SNS::Topic",
            "ECS::Service",
            "CloudWatch::Alarm",
        ):
            for it in of_type(template, type).values():
                tags = {tag["Key"]: tag["Value"] for tag in it["Properties"]["Tags"]}
                assert (tags["project"], tags["stage"]) == ("kenpin", "dev")
        for type in ("Cognito::UserPool", "ApiGatewayV2::Stage", "ApiGatewayV2::Api"):
            for it in of_type(template, type).values():
                tags = it["Properties"].get("Tags") or it["Properties"]["UserPoolTags"]
                assert (tags["project"], tags["stage"]) == ("kenpin", "dev")


def test_stacks_are_deployed_one_after_the_other(assembly: Path) -> None:
    """Each knows only what stands before it, so that an empty account takes them in one go."""
    artifacts = json.loads((assembly / "manifest.json").read_text())["artifacts"]
    before = {
        name.rpartition("-")[2]: {
            it.rpartition("-")[2] for it in artifact.get("dependencies", []) if not it.endswith(".assets")
        }
        for name, artifact in artifacts.items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    order = ("data", "core", *STACKS)
    assert set(before) == set(order)
    for place, stack in enumerate(order):
        assert before[stack] <= set(order[:place]), stack


@pytest.mark.parametrize("stack", (*STACKS, "waf"))
def test_cloudformation_would_take_the_template(read: Callable[[str], Template], stack: str) -> None:
    """The stage is that of cdk.json; test_regions.py checks every option in every region."""
    template, region = (with_every_option()[stack], "us-east-1") if stack == "waf" else (read(stack), REGION)
    found = cfnlint.api.lint(json.dumps(template), regions=[region])
    assert [str(match) for match in found if match.rule.id.startswith("E")] == []
