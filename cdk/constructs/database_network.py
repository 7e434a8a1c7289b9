"""Network and login with which a function reaches the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_iam as iam
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from cdk.stage import Stage

LOGIN = "kenpin_app"
"""As in kenpin.adapters.postgres.connection; a test compares them."""


@dataclass(frozen=True)
class DatabaseNetwork:
    """Subnets, security group and login of the functions that use the database."""

    subnets: Sequence[str]
    group: str
    """The id of the security group that the proxy and the endpoints let in."""
    database_url: str
    """Without a password: that is a token, made for each new connection."""
    database_login: str
    """The ARN of the one database user, for `rds-db:connect`."""

    def write(self, scope: Construct, stage: Stage) -> list[Construct]:
        """Write SSM parameters for the other stacks, so that each stack is deployed on its own."""
        name = "function-subnets"
        subnets = ssm.StringListParameter(
            scope, name, parameter_name=stage.parameter(name), string_list_value=[*self.subnets]
        )
        texts = [
            ssm.StringParameter(scope, name, parameter_name=stage.parameter(name), string_value=value)
            for name, value in self._texts.items()
        ]
        return [subnets, *texts]

    @classmethod
    def read(cls, scope: Construct, stage: Stage) -> DatabaseNetwork:
        def text(name: str) -> str:
            return ssm.StringParameter.value_for_string_parameter(scope, stage.parameter(name))

        return cls(
            subnets=ssm.StringListParameter.value_for_typed_list_parameter(
                scope, stage.parameter("function-subnets")
            ),
            group=text("functions-group"),
            database_url=text("database-url"),
            database_login=text("database-login"),
        )

    @property
    def _texts(self) -> dict[str, str]:
        return {
            "functions-group": self.group,
            "database-url": self.database_url,
            "database-login": self.database_login,
        }

    def connect(self) -> iam.PolicyStatement:
        return iam.PolicyStatement(actions=["rds-db:connect"], resources=[self.database_login])
