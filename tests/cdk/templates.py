"""Reading a CloudFormation template."""

from collections.abc import Iterator, Mapping
from typing import Any

Template = Mapping[str, Any]


def of_type(template: Template, type: str) -> dict[str, dict[str, Any]]:
    return {id: it for id, it in template["Resources"].items() if it["Type"] == f"AWS::{type}"}


def custom(template: Template, type: str) -> dict[str, dict[str, Any]]:
    """Resources that a function of ours stands behind."""
    return {id: it for id, it in template["Resources"].items() if it["Type"] == f"Custom::{type}"}


def only(template: Template, type: str, prefix: str = "") -> dict[str, Any]:
    [found] = [it for id, it in of_type(template, type).items() if id.startswith(prefix)]
    return found


def properties(template: Template, type: str, prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = only(template, type, prefix)["Properties"]
    return found


def statements(template: Template, role_of: str = "") -> Iterator[dict[str, Any]]:
    """Rights of the roles whose id begins so."""
    return (it for it in every_statement(template, role_of) if it["Effect"] == "Allow")


def every_statement(template: Template, role_of: str = "") -> Iterator[dict[str, Any]]:
    """The same, with what is denied."""
    for id, policy in of_type(template, "IAM::Policy").items():
        if id.startswith(role_of):
            yield from policy["Properties"]["PolicyDocument"]["Statement"]


def listed(value: object) -> list[Any]:
    """IAM writes a list of one without its brackets."""
    return value if isinstance(value, list) else [value]


def actions(template: Template, role_of: str = "") -> set[str]:
    return {action for it in statements(template, role_of) for action in listed(it["Action"])}
