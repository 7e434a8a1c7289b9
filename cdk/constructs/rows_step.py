"""A step of a deployment that changes rows: the function `layouts` carries it out, again for each other code."""

from aws_cdk import CustomResource, Duration
from constructs import Construct

HOUR = Duration.hours(1)
"""The longest that CloudFormation waits. Lambda calls a function twice more that had too little time."""


def rows_step(scope: Construct, id: str, function_arn: str, step: str, code: str) -> CustomResource:
    """`step`: build, before functions switch to the code, or drop, after nobody uses the code of before.

    `code`: the ARN of the layer with it. The deletion of the step does nothing.
    """
    return CustomResource(
        scope,
        id,
        resource_type="Custom::Rows",
        service_token=function_arn,
        service_timeout=HOUR,
        properties={"step": step, "code": code},
    )
