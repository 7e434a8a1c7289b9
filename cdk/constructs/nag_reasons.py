"""Reasons for each exception from cdk-nag; a test fails where one is missing."""

from collections.abc import Mapping

from aws_cdk import Acknowledgment, Validations
from constructs import Construct

WITHOUT_RESOURCE = {
    "dynamodb:ListStreams": "names no table; Lambda and Pipes ask it to find the shards of the one they may read",
    "xray:PutTelemetryRecords": "X-Ray has no resource for what it is told",
    "xray:PutTraceSegments": "X-Ray has no resource for what it is told",
    "ec2:AssignPrivateIpAddresses": "the network interface does not exist yet when Lambda asks",
    "ec2:CreateNetworkInterface": "the network interface does not exist yet when Lambda asks",
    "ec2:DeleteNetworkInterface": "Lambda refuses a role that may delete only some",
    "ec2:DescribeNetworkInterfaces": "EC2 describes all or none",
    "ec2:DescribeSubnets": "EC2 describes all or none",
    "ec2:UnassignPrivateIpAddresses": "the network interface does not exist yet when Lambda asks",
}
"""Actions that AWS grants on every resource or not at all, and why: the only ones of core with Resource "*"."""


def acknowledge(scope: Construct, reasons: Mapping[str, str]) -> None:
    """`reasons`: rule of AwsSolutions, such as "IAM5[Resource::*]" → why it is broken in this scope."""
    Validations.of(scope).acknowledge(
        *(
            Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=reason)
            for rule, reason in reasons.items()
        )
    )
