"""Rules of every stack, whatever is in it."""

import json
from collections.abc import Iterator
from pathlib import Path

import cfnlint.api  # type: ignore[import-untyped]
import pytest

from cdk.constructs.nag_reasons import WITHOUT_RESOURCE
from tests.cdk.templates import Template, listed, of_type, statements

REGION = "eu-central-1"


@pytest.fixture(scope="session")
def templates(assembly: Path) -> dict[str, Template]:
    return {path.name: json.loads(path.read_text()) for path in assembly.glob("*.template.json")}


def test_core_and_data_are_among_them(templates: dict[str, Template]) -> None:
    assert {"Kenpin-dev-core.template.json", "Kenpin-dev-data.template.json"} <= set(templates)


def test_cloudformation_would_take_it(assembly: Path, templates: dict[str, Template]) -> None:
    for name in templates:
        found = cfnlint.api.lint((assembly / name).read_text(), regions=[REGION])
        assert [f"{name}: {match}" for match in found if match.rule.id.startswith("E")] == []


def test_no_action_is_a_wildcard(templates: dict[str, Template]) -> None:
    for template in templates.values():
        named = {action for it in statements(template) for action in listed(it["Action"])}
        assert [action for action in named if "*" in action] == []


def managed(template: Template) -> Iterator[object]:
    for role in of_type(template, "IAM::Role").values():
        yield from role["Properties"].get("ManagedPolicyArns", [])


def test_core_and_data_use_no_policy_that_someone_else_may_change(core: Template, data: Template) -> None:
    assert [*managed(core), *managed(data)] == []


def test_on_every_resource_is_only_what_aws_grants_in_no_other_way(core: Template, data: Template) -> None:
    machine = {id for id in of_type(core, "IAM::Policy") if id.startswith("CatchUp")}
    for template in (core, data):
        for id in set(of_type(template, "IAM::Policy")) - machine:
            for statement in statements(template, id):
                if "*" in listed(statement["Resource"]):
                    assert set(listed(statement["Action"])) <= set(WITHOUT_RESOURCE), id


def test_everything_that_can_be_named_bears_project_and_stage(core: Template, data: Template) -> None:
    for template in (core, data):
        for id, resource in template["Resources"].items():
            tags = resource.get("Properties", {}).get("Tags")
            if isinstance(tags, list):
                assert {"Key": "project", "Value": "kenpin"} in tags, id
                assert {"Key": "stage", "Value": "dev"} in tags, id
    assert of_type(core, "DynamoDB::Table") and of_type(data, "RDS::DBCluster")


def test_a_finding_of_cdk_nag_that_nobody_explained_stops_the_synthesis(tmp_path: Path, _node: None) -> None:
    """Or the fixture that all of this stands on could never fail."""
    from aws_cdk import App, Stack, Validations
    from aws_cdk import aws_sqs as sqs
    from cdk_nag import AwsSolutionsChecks

    app = App(outdir=str(tmp_path))
    sqs.Queue(Stack(app, "Careless"), "Queue")
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    with pytest.raises(Exception, match="AwsSolutions-SQS"):
        app.synth()
