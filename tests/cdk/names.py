"""Names in a template: those that an account has once, those that stay, and those that other stacks import."""

from collections.abc import Iterator
from typing import Any, Final

from tests.cdk.templates import Template

MAY_BE_EXPORTED: Final = {
    "AWS::ApiGatewayV2::Api",
    "AWS::Cognito::UserPool",
    "AWS::DynamoDB::Table",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
}
"""Resources that are never replaced: they hold data, or their address is known outside."""
ACCOUNT_WIDE: Final = {
    "CloudFront": ("Name",),
    "CloudWatch::Dashboard": ("DashboardName",),
    "IAM": ("RoleName", "ManagedPolicyName", "UserName", "GroupName", "InstanceProfileName"),
}
"""Service or type whose names an account has once, in all regions together → the properties that are names."""
REGION: Final = {"Ref": "AWS::Region"}
NAMES: Final = ("Name", "TableName", "BucketName", "UserPoolName", "LogGroupName", "DBClusterIdentifier")
"""Properties that fix the name of what holds data."""


def account_wide(template: Template) -> Iterator[tuple[str, Any]]:
    """Resource → each of its names that an account has once."""
    for id, resource in template["Resources"].items():
        for prefix, properties in ACCOUNT_WIDE.items():
            if resource["Type"].startswith(f"AWS::{prefix}"):
                yield from ((id, name) for name in _values(resource.get("Properties", {}), properties))


def _values(value: object, properties: tuple[str, ...]) -> Iterator[object]:
    """Members of lists are left out: their names are within the resource."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from [inner] if key in properties else _values(inner, properties)


def exported(template: Template) -> Iterator[tuple[str, str]]:
    """Name of each export, and the type of what it names."""
    for output in template.get("Outputs", {}).values():
        if "Export" in output:
            match output["Value"]:
                case {"Ref": id} | {"Fn::GetAtt": [id, *_]}:
                    yield output["Export"]["Name"], template["Resources"][id]["Type"]
                case other:
                    raise AssertionError(other)


def kept(template: Template) -> Iterator[dict[str, Any]]:
    """Resources that stay when their stack is deleted."""
    yield from (it for it in template["Resources"].values() if "Retain" in str(it.get("DeletionPolicy")))


def fixed_names_that_stay(template: Template) -> Iterator[str]:
    for resource in kept(template):
        yield from (f"{resource['Type']} {name}" for name in NAMES if name in resource["Properties"])
