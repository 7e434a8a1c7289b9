"""One Lambda function of the manifest, with a role, a log and only its granted rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk.constructs.code import RUNTIME, Code
from cdk.constructs.database_network import DatabaseNetwork
from cdk.stage import Stage
from functions.manifest import Function

INTERFACES = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)
"""Actions of Lambda with a function's role to put it into a network."""


def add_function(
    scope: Construct,
    function: Function,
    code: Code,
    stage: Stage,
    environment: Mapping[str, str],
    may: Sequence[iam.PolicyStatement],
    network: DatabaseNetwork | None = None,
) -> lambda_.Function:
    """`network`: for a function that speaks to the database; the others stay outside, where AWS is nearer."""
    log_group = logs.LogGroup(
        scope,
        f"{function.name}-log",
        retention=stage.keeps_logs,
        removal_policy=RemovalPolicy.DESTROY,
    )
    role = iam.Role(scope, f"{function.name}-role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    log_group.grant_write(role)
    for statement in (*may, *(_joining() if network else ())):
        role.add_to_policy(statement)
    made = lambda_.Function(
        scope,
        function.name,
        description=function.does,
        runtime=RUNTIME,
        architecture=lambda_.Architecture.ARM_64,
        code=code.handlers,
        layers=code.layers_of(function),
        handler=f"{function.handler}.handler",
        role=role,
        log_group=log_group,
        tracing=lambda_.Tracing.ACTIVE,
        timeout=Duration.seconds(function.timeout_seconds),
        memory_size=function.memory_mb,
        reserved_concurrent_executions=stage.reserved_concurrency.get(function.name),
        environment={**_common(stage), **environment},
    )
    if network:
        _put_into(made, network)
    return made


def _common(stage: Stage) -> dict[str, str]:
    return {
        **stage.settings,
        "POWERTOOLS_SERVICE_NAME": "kenpin",
        "POWERTOOLS_METRICS_NAMESPACE": "Kenpin",
        "POWERTOOLS_LOG_LEVEL": stage.log_level,
    }


def _joining() -> tuple[iam.PolicyStatement, ...]:
    """Lambda itself may make interfaces with the role; the function's own code, which has its name, may not."""
    return (
        iam.PolicyStatement(actions=[*INTERFACES], resources=["*"]),
        iam.PolicyStatement(
            effect=iam.Effect.DENY,
            actions=[*INTERFACES],
            resources=["*"],
            conditions={"Null": {"lambda:SourceFunctionArn": "false"}},
        ),
    )


def _put_into(function: lambda_.Function, network: DatabaseNetwork) -> None:
    """Natively: the library would look up the network, and let the role do more."""
    native = function.node.default_child
    assert isinstance(native, lambda_.CfnFunction)
    native.vpc_config = lambda_.CfnFunction.VpcConfigProperty(
        subnet_ids=[*network.subnets], security_group_ids=[network.group]
    )
