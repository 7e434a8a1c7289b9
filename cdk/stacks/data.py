"""Stack of what the others stand on: network, Aurora PostgreSQL (behind a proxy if it never sleeps), secrets."""

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_kms as kms
from constructs import Construct

from cdk.constructs.database import OWNER, Aurora
from cdk.constructs.database_network import TASK_SUBNETS, write_subnets
from cdk.constructs.migrations import Migrations
from cdk.constructs.parameters import write_parameters
from cdk.constructs.private_network import PrivateNetwork
from cdk.constructs.shared_secret import FILES_KEY, FRONT_DOOR_SECRET, make_secrets
from cdk.stage import Stage


class DataStack(Stack):
    """Rows can be made again from events. Nobody has a password."""

    def __init__(self, scope: Construct, id: str, stage: Stage) -> None:
        super().__init__(scope, id, description="Kenpin: network and database")
        key = kms.Key(
            self,
            "Key",
            alias=f"{stage.title}-data",
            description="Encrypts the rows and their backups",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        network = PrivateNetwork(self, "Network", stage)
        aurora = Aurora(self, "Database", network, key, stage)
        migrations = Migrations(self, "Migrations", aurora.network_of_owner(network), OWNER, stage)
        migrations.run.node.add_dependency(network, aurora)
        parameters = [
            *aurora.network_of_functions(network).write(self, stage),
            *write_parameters(self, stage, {"vpc": network.vpc.vpc_id}),
        ]
        parameters += make_secrets(self, stage, [FILES_KEY, *([FRONT_DOOR_SECRET] if stage.waf else [])])
        if not stage.has_endpoints:
            ids = [subnet.subnet_id for subnet in network.vpc.public_subnets]
            parameters.append(write_subnets(self, stage, TASK_SUBNETS, ids))
        for parameter in parameters:
            parameter.node.add_dependency(migrations)  # who reads them finds the tables there
