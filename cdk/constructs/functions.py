"""The functions of the manifest that work on events, and their triggers."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.constructs.code import Code
from cdk.constructs.database_network import WAKE_S, DatabaseNetwork
from cdk.constructs.function import add_function
from cdk.constructs.grants import Resources
from cdk.constructs.rows_step import rows_step
from cdk.constructs.shared_secret import FILES_KEY, FRONT_DOOR_SECRET, shared_secret
from cdk.constructs.triggers import Triggers
from cdk.stage import Stage
from functions.manifest import Function

ANSWER_S = 3
"""Seconds that an API function waits for a database that sleeps."""


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
        environment = resources.environment()
        if stage.public_url:
            environment["KENPIN_PUBLIC_URL"] = stage.public_url
        secrets = http_secrets(self, stage)
        code = Code(self, "Code")
        self.code = code.kenpin.layer_version_arn
        self.by_name: dict[str, lambda_.Function] = {}
        for function in manifest:
            if function.runs_at_deployment:
                continue
            statements, role = resources.statements(function.may), function.database_role
            uses_database = any(grant.startswith("rows:") for grant in function.may)
            if uses_database:
                statements.append(network.connect(role))
            settings = {
                **environment,
                **database_settings(network, role),
                **waking(stage, function),
                **(secrets if function.routes else {}),
                **resources.environment_of(function.may),
            }
            target = add_function(
                self, function, code, stage, settings, statements, network if uses_database else None
            )
            self.by_name[function.name] = target
            triggers.wire(self, function, target)
        self._build_rows_first(manifest)

    def _build_rows_first(self, manifest: Sequence[Function]) -> None:
        """No function switches to new code before the rows of its layout are there."""
        [name] = [function.name for function in manifest if function.builds_rows]
        builder = self.by_name[name]
        build = rows_step(self, "Rows", builder.function_arn, "build", self.code)
        build.node.add_dependency(builder)  # with the role's policy
        for other in self.by_name.values():
            if other is not builder:
                other.node.add_dependency(build)


def waking(stage: Stage, function: Function) -> dict[str, str]:
    """Say how long to wait for a database that sleeps: a person is told to ask again, a clock or stream waits."""
    if not stage.sleeps:
        return {}
    return {"KENPIN_DATABASE_WAKE_SECONDS": str(ANSWER_S if function.routes else WAKE_S)}


def http_secrets(scope: Construct, stage: Stage) -> dict[str, str]:
    """Return the secrets of functions with routes: they sign addresses of files, and know CloudFront by its header."""
    secrets = {"KENPIN_FILES_KEY": shared_secret(scope, stage, FILES_KEY)}
    if stage.waf:
        secrets["KENPIN_FRONT_DOOR_SECRET"] = shared_secret(scope, stage, FRONT_DOOR_SECRET)
    return secrets


def database_settings(network: DatabaseNetwork, role: str) -> dict[str, str]:
    return {
        "KENPIN_DATABASE_URL": network.database_url,
        "KENPIN_DATABASE_AUTH": "iam",
        "KENPIN_DATABASE_ROLE": role,
    }
