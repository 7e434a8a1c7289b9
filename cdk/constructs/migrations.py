"""Migrations of the database's schema, run at every deployment before the functions that need it."""

from aws_cdk import CustomResource, Duration
from constructs import Construct

from cdk.constructs.code import Code
from cdk.constructs.database_network import DatabaseNetwork
from cdk.constructs.function import add_function
from cdk.constructs.nag_reasons import WITHOUT_RESOURCE, acknowledge
from cdk.stage import Stage
from functions.manifest import FUNCTIONS

[FUNCTION] = (function for function in FUNCTIONS if function.runs_at_deployment)


class Migrations(Construct):
    """Runs again whenever the layer with our code is another. Its deletion does nothing: rows outlive the stack."""

    def __init__(self, scope: Construct, id: str, network: DatabaseNetwork, owner: str, stage: Stage) -> None:
        """`network`: with the address of the database's owner."""
        super().__init__(scope, id)
        code = Code(self, "Code")
        environment = {"KENPIN_DATABASE_URL": network.database_url}
        may = [network.connect(owner)]
        migrations = add_function(self, FUNCTION, code, stage, environment, may, network)
        self.run = CustomResource(
            self,
            "Run",
            resource_type="Custom::Migrations",
            service_token=migrations.function_arn,
            service_timeout=Duration.seconds(FUNCTION.timeout_seconds),
            properties={"code": code.kenpin.layer_version_arn},
        )
        self.run.node.add_dependency(migrations)  # with the role's policy
        acknowledge(
            self,
            {"IAM5[Resource::*]": "; ".join(f"{action} {why}" for action, why in WITHOUT_RESOURCE.items())},
        )
