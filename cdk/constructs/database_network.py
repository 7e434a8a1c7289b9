"""Network and login with which a function reaches the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Fn
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from cdk.constructs.parameters import read_parameter, write_parameters
from cdk.stage import Stage

ZONES = 2
"""Availability zones of the network, with one subnet each."""
FUNCTION_SUBNETS = "function-subnets"
TASK_SUBNETS = "task-subnets"
"""The parameter with the subnets of training tasks in a stage that sleeps; in others they share those of functions."""
WAKE_S = 45
"""Longer than Aurora takes to resume: about 15 seconds, and 30 after a day."""
ROLES = ("app", "reader")
"""Roles of functions at the database; a test compares them with the manifest's."""


@dataclass(frozen=True)
class DatabaseNetwork:
    """Subnets, security group and login of the functions that use the database."""

    subnets: Sequence[str]
    group: str
    """The id of the security group that the proxy (or the database) and the endpoints let in."""
    database_url: str
    """Without a password: that is a token, made for each new connection."""
    database_logins: Mapping[str, str]
    """Role → the ARN of its database users, for `rds-db:connect`."""

    def write(self, scope: Construct, stage: Stage) -> list[Construct]:
        """Write SSM parameters for the other stacks, so that each stack is deployed on its own."""
        subnets = write_subnets(scope, stage, FUNCTION_SUBNETS, self.subnets)
        return [subnets, *write_parameters(scope, stage, self._texts)]

    @classmethod
    def read(cls, scope: Construct, stage: Stage) -> DatabaseNetwork:
        return cls(
            subnets=read_subnets(scope, stage, FUNCTION_SUBNETS),
            group=read_parameter(scope, stage, "functions-group"),
            database_url=read_parameter(scope, stage, "database-url"),
            database_logins={role: read_parameter(scope, stage, f"database-login-{role}") for role in ROLES},
        )

    @property
    def _texts(self) -> dict[str, str]:
        return {
            "functions-group": self.group,
            "database-url": self.database_url,
            **{f"database-login-{role}": login for role, login in self.database_logins.items()},
        }

    def connect(self, role: str) -> iam.PolicyStatement:
        return iam.PolicyStatement(actions=["rds-db:connect"], resources=[self.database_logins[role]])


def write_subnets(scope: Construct, stage: Stage, name: str, ids: Sequence[str]) -> Construct:
    return ssm.StringListParameter(
        scope, name, parameter_name=stage.parameter(name), string_list_value=[*ids]
    )


def read_subnets(scope: Construct, stage: Stage, name: str) -> Sequence[str]:
    return ssm.StringListParameter.value_for_typed_list_parameter(scope, stage.parameter(name))


def task_network(
    scope: Construct, stage: Stage, network: DatabaseNetwork
) -> tuple[ec2.IVpc, ec2.ISecurityGroup]:
    """Return the VPC and the security group of training tasks, as the parameters of the data stack name them."""
    places = range(ZONES)
    subnets = network.subnets if stage.has_endpoints else read_subnets(scope, stage, TASK_SUBNETS)
    ids = [Fn.select(place, [*subnets]) for place in places]
    vpc = ec2.Vpc.from_vpc_attributes(
        scope,
        "Vpc",
        vpc_id=read_parameter(scope, stage, "vpc"),
        availability_zones=[Fn.select(place, Fn.get_azs()) for place in places],
        isolated_subnet_ids=ids if stage.has_endpoints else None,
        public_subnet_ids=None if stage.has_endpoints else ids,
    )
    group = ec2.SecurityGroup.from_security_group_id(scope, "Group", network.group, mutable=False)
    return vpc, group
