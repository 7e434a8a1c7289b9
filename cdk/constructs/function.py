"""One Lambda function of the manifest, with a role, a log and only its granted rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import Duration, RemovalPolicy, Size
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk.constructs.code import RUNTIME, Code
from cdk.constructs.database_network import DatabaseNetwork
from cdk.stage import Stage
from functions.manifest import Function

NETWORK_INTERFACE_ACTIONS = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)
"""Actions that Lambda takes with a function's role to attach it to a network."""


def add_function(
    scope: Construct,
    function: Function,
    code: Code,
    stage: Stage,
    environment: Mapping[str, str],
    statements: Sequence[iam.PolicyStatement],
    network: DatabaseNetwork | None = None,
) -> lambda_.Function:
    """Add a function. `network`: for functions that use the database; the others run outside of the VPC."""
    log_group = logs.LogGroup(
        scope,
        f"{function.name}-log",
        retention=stage.log_retention_days,
        removal_policy=RemovalPolicy.DESTROY,
    )
    role = iam.Role(scope, f"{function.name}-role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    log_group.grant_write(role)
    for statement in (*statements, *(_network_interface_rights() if network else ())):
        role.add_to_policy(statement)
    created = lambda_.Function(
        scope,
        function.name,
        function_name=stage.function(function.name),
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
        ephemeral_storage_size=Size.mebibytes(function.disk_mb),
        reserved_concurrent_executions=stage.reserved_concurrency.get(function.name),
        environment={**_shared_environment(stage), **environment},
    )
    if network:
        _attach_to_network(created, network, over_v6=not stage.has_endpoints)
    return created


def _shared_environment(stage: Stage) -> dict[str, str]:
    return {
        **stage.settings,
        "POWERTOOLS_SERVICE_NAME": "kenpin",
        "POWERTOOLS_METRICS_NAMESPACE": "Kenpin",
        "POWERTOOLS_LOG_LEVEL": stage.log_level,
    }


def _network_interface_rights() -> tuple[iam.PolicyStatement, ...]:
    """Allow Lambda to manage interfaces with the role, and deny it to the function's own code."""
    return (
        iam.PolicyStatement(actions=[*NETWORK_INTERFACE_ACTIONS], resources=["*"]),
        iam.PolicyStatement(
            effect=iam.Effect.DENY,
            actions=[*NETWORK_INTERFACE_ACTIONS],
            resources=["*"],
            conditions={"Null": {"lambda:SourceFunctionArn": "false"}},
        ),
    )


def _attach_to_network(function: lambda_.Function, network: DatabaseNetwork, over_v6: bool) -> None:
    """Set the VPC on the CloudFormation resource: the library would grant the role more rights.

    `over_v6`: AWS is reached over IPv6, not by interface endpoints.
    """
    native = function.node.default_child
    assert isinstance(native, lambda_.CfnFunction)
    native.vpc_config = lambda_.CfnFunction.VpcConfigProperty(
        subnet_ids=[*network.subnets],
        security_group_ids=[network.group],
        ipv6_allowed_for_dual_stack=over_v6 or None,
    )
