"""A first deployment that fails leaves nothing that stands in the way of the second."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.cdk.names import fixed_names_that_stay, kept
from tests.cdk.options import with_every_option
from tests.cdk.templates import Template, properties

PROTECTED: Final = {
    ("data", "RDS::DBCluster", "DeletionProtection"): (False, True),
    ("core", "DynamoDB::Table", "DeletionProtectionEnabled"): (False, True),
    ("web", "Cognito::UserPool", "DeletionProtection"): ("INACTIVE", "ACTIVE"),
}
"""Stack, type, property → at the first deployment, and from the second on."""
FILLED_BY_THE_DEPLOYMENT: Final = {"AWS::S3::Bucket"}
"""A rollback could not delete them; they are kept, under names that CloudFormation makes."""


def test_what_is_kept_goes_when_its_first_deployment_fails(read: Callable[[str], Template]) -> None:
    for stack in ("data", "core", "web", "api", "training", "watch"):
        for template in (read(stack), with_every_option()[stack]):
            found = {it["Type"] for it in kept(template) if it["DeletionPolicy"] != "RetainExceptOnCreate"}
            assert found <= FILLED_BY_THE_DEPLOYMENT, stack


def test_nothing_that_is_kept_has_a_fixed_name(read: Callable[[str], Template]) -> None:
    """Or a deployment after a deletion would find the name taken."""
    found = [it for stack in ("data", "core", "web") for it in kept(read(stack))]
    assert {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Cognito::UserPool"} <= {
        it["Type"] for it in found
    }
    stacks = [read(stack) for stack in ("data", "core", "web", "watch")]
    assert [name for template in stacks for name in fixed_names_that_stay(template)] == []


@pytest.mark.parametrize(("stack", "type", "name"), PROTECTED)
def test_deletion_is_refused_from_the_second_deployment_on(
    read: Callable[[str], Template], stack: str, type: str, name: str
) -> None:
    first, second = (properties(it, type)[name] for it in (read(stack), with_every_option()[stack]))
    assert (first, second) == PROTECTED[stack, type, name]


def test_each_deployment_without_protection_says_so(assembly: Path) -> None:
    manifest = json.loads((assembly / "manifest.json").read_text())["artifacts"]
    said = json.dumps(manifest["Kenpin-dev-data"]) + "".join(
        path.read_text() for path in assembly.glob("Kenpin-dev-data.metadata.json")
    )
    assert "deletion_protection is false" in said
