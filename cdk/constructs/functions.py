"""The functions of the manifest that work on events, and their triggers."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.constructs.code import Code
from cdk.constructs.database_network import DatabaseNetwork
from cdk.constructs.function import add_function
from cdk.constructs.grants import Resources
from cdk.constructs.triggers import Triggers
from cdk.stage import Stage
from functions.manifest import Function


class Functions(Construct):
    """The functions of the manifest, but those that run at deployment: the data stack runs those before."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        manifest: Sequence[Function],
        resources: Resources,
        triggers: Triggers,
        stage: Stage,
    ) -> None:
        super().__init__(scope, id)
        network = DatabaseNetwork.read(self, stage)
        environment = {**resources.environment(), **network_settings(network)}
        if stage.public_url:
            environment["KENPIN_PUBLIC_URL"] = stage.public_url
        code = Code(self, "Code")
        self.by_name: dict[str, lambda_.Function] = {}
        for function in manifest:
            if function.runs_at_deployment:
                continue
            uses_database = any(grant.startswith("rows:") for grant in function.may)
            statements = [
                *resources.statements(function.may),
                *([network.connect()] if uses_database else []),
            ]
            settings = {**environment, **resources.environment_of(function.may)}
            target = add_function(
                self, function, code, stage, settings, statements, network if uses_database else None
            )
            self.by_name[function.name] = target
            triggers.wire(self, function, target)


def network_settings(network: DatabaseNetwork) -> dict[str, str]:
    return {"KENPIN_DATABASE_URL": network.database_url, "KENPIN_DATABASE_AUTH": "iam"}
