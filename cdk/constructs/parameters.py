"""SSM parameters by which a stack tells the others what may change. What another stack imports could not change."""

from collections.abc import Mapping

from aws_cdk import aws_ssm as ssm
from constructs import Construct

from cdk.stage import Stage


def write_parameters(scope: Construct, stage: Stage, values: Mapping[str, str]) -> list[Construct]:
    """Write one parameter for each name."""
    return [
        ssm.StringParameter(scope, name, parameter_name=stage.parameter(name), string_value=value)
        for name, value in values.items()
    ]


def read_parameter(scope: Construct, stage: Stage, name: str) -> str:
    """Return the value that the parameter has when the stack is deployed."""
    return ssm.StringParameter.value_for_string_parameter(scope, stage.parameter(name))
