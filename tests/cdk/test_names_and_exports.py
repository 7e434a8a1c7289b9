"""Names that an account has once bear the region, and no stack holds on to what another may have to change."""

import json
from collections.abc import Iterator
from typing import Any

from tests.cdk.names import MAY_BE_EXPORTED, REGION, account_wide, exported
from tests.cdk.options import with_every_option
from tests.cdk.templates import Template, of_type


def test_names_that_an_account_has_once_bear_the_region() -> None:
    """Or the same stage could not be deployed in a second region when the first is lost."""
    found = [it for template in with_every_option().values() for it in account_wide(template)]
    assert len(found) >= 4
    for id, name in found:
        assert REGION in (name["Fn::Join"][1] if isinstance(name, dict) else []), id


def test_no_export_names_what_may_change() -> None:
    """CloudFormation refuses every change of what another stack imports: "export in use"."""
    found = [it for template in with_every_option().values() for it in exported(template)]
    assert found
    assert [name for name, type in found if type not in MAY_BE_EXPORTED] == []


def test_stacks_know_functions_by_their_names() -> None:
    core, api, watch = (with_every_option()[stack] for stack in ("core", "api", "watch"))
    functions = {it["Properties"]["FunctionName"] for it in of_type(core, "Lambda::Function").values()}
    assert "kenpin-dev-commands" in functions
    for route in of_type(api, "ApiGatewayV2::Integration").values():
        assert str(route["Properties"]["IntegrationUri"]["Fn::Join"][1][-1]).rpartition(":")[2] in functions
    watched = {str(it["Value"]) for it in dimensions(watch) if it["Name"] == "FunctionName"}
    assert len(watched) == len(functions)
    for name in functions:
        assert [value for value in watched if f":function:{name}'" in value], name


def dimensions(template: Template) -> Iterator[dict[str, Any]]:
    for alarm in of_type(template, "CloudWatch::Alarm").values():
        said = alarm["Properties"]
        yield from said.get("Dimensions", [])
        for metric in said.get("Metrics", []):
            yield from metric.get("MetricStat", {}).get("Metric", {}).get("Dimensions", [])


def parameters(template: Template) -> set[str]:
    """Names of the SSM parameters that the stack reads when it is deployed."""
    return {
        str(it["Default"]) for it in template["Parameters"].values() if it["Type"].startswith("AWS::SSM::")
    } - {"/cdk-bootstrap/hnb659fds/version"}


def test_every_parameter_that_a_stack_reads_is_written_by_another() -> None:
    stacks = with_every_option()
    written = {
        str(it["Properties"]["Name"])
        for template in stacks.values()
        for it in of_type(template, "SSM::Parameter").values()
    }
    read = {name for template in stacks.values() for name in parameters(template)}
    assert {name for name in read if name.startswith("/kenpin/")} <= written
    assert {"/kenpin/dev/function-subnets", "/kenpin/dev/functions-group"} <= parameters(stacks["training"])


def test_what_watches_by_name_watches_what_bears_the_name() -> None:
    stacks = {name: json.dumps(template) for name, template in with_every_option().items()}
    for stack, name in (
        ("data", '"DBClusterIdentifier": "kenpin-dev"'),
        ("data", '"DBProxyName": "kenpin-dev"'),
        ("core", '"Name": "kenpin-dev"'),
        ("training", '"ClusterName": "kenpin-dev"'),
    ):
        assert name in stacks[stack], name
    watched = {(it["Name"], str(it["Value"])) for it in dimensions(with_every_option()["watch"])}
    assert {(it, "kenpin-dev") for it in ("DBClusterIdentifier", "ProxyName", "PipeName")} <= watched
