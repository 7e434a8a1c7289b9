"""An account in which Kenpin stands: what each role is told, and what it is allowed.

moto deploys the core stack; of the others it has only the names that the roles need, resolved here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import boto3

from functions.manifest import FUNCTIONS
from host.embedded_postgres import EmbeddedPostgres
from tests.cdk.deployment import USERS
from tests.cdk.rights import Names, Right, Statement, in_statements, of_lambda, of_role
from tests.cdk.templates import Template, every_statement, properties

PROXY: Final = USERS.replace("rds-db", "rds").replace("dbuser", "db-proxy")
ENTRIES: Final = 'local all kenpin_owner trust\nlocal all "/^kenpin_(app|reader)_" trust\n'
"""Entries of pg_hba.conf: every password is accepted, as a token would be."""
RDS: Final = (
    "create role rds_iam",
    "create role kenpin_owner login createrole",
    "grant rds_iam to kenpin_owner with admin option",
    "create database kenpin owner kenpin_owner",
    "select pg_reload_conf()",
)


@dataclass(frozen=True)
class AccountRoles:
    environments: Mapping[str, Mapping[str, str]]
    """Role, by the name of its function or `training` → what Kenpin's settings are there."""
    allowed: Mapping[str, set[Right]]
    """Role → its rights, less those that Lambda alone makes use of."""
    by_lambda: Mapping[str, set[Right]]
    """Role → these."""
    statements: Mapping[str, list[Statement]]
    """Role → its policies, with conditions and denials."""


def url(server: EmbeddedPostgres, user: str = "") -> str:
    """The host is for the token's sake; the socket stands in the query. `user`: with its @."""
    return server.url.replace("//kenpin@/postgres", f"//{user}aurora:5432/kenpin")


def account(read: Callable[[str], Template], server: EmbeddedPostgres, folder: Path) -> AccountRoles:
    """`read`: stack → template; `folder`: where a task may write."""
    names = Names(
        {
            **_parameters(read("training")),
            "DatabaseCluster.DBClusterResourceId": PROXY.rpartition(":")[2],
            "DatabaseCluster.Endpoint.Address": "aurora",
            "Migrationsmigrationslog.Arn": "arn:aws:logs:eu-central-1:123456789012:log-group:migrations:*",
        }
    )
    deployed = {f["Handler"].split(".")[1]: f for f in boto3.client("lambda").list_functions()["Functions"]}
    environments = {name: dict(f["Environment"]["Variables"]) for name, f in deployed.items()}
    policies = {name: of_role(f["Role"]) for name, f in deployed.items()}
    for role, stack, policy in (
        ("migrations", "data", "Migrationsmigrationsrole"),
        ("training", "training", "TaskRole"),
    ):
        policies[role] = names.resolved(list(every_statement(read(stack), policy)))
    allowed = {role: set(in_statements(statements)) for role, statements in policies.items()}
    environments["migrations"] = {
        **names.resolved(properties(read("data"), "Lambda::Function")["Environment"]["Variables"]),
        "KENPIN_DATABASE_URL": url(server, "kenpin_owner@"),
    }
    environments["training"] = {
        **_of_task(read("training"), names),
        "KENPIN_DATABASE_URL": url(server),
        "KENPIN_DATA_DIR": str(folder),
    }
    by_lambda = {
        f.name: {right for right in allowed[f.name] if any(one.covers(right) for one in of_lambda(f))}
        for f in FUNCTIONS
    }
    ours = {role: rights - by_lambda.get(role, set()) for role, rights in allowed.items()}
    return AccountRoles(environments, ours, by_lambda, policies)


def _of_task(template: Template, names: Names) -> dict[str, str]:
    [container] = properties(template, "ECS::TaskDefinition")["ContainerDefinitions"]
    told = {it["Name"]: it["Value"] for it in container["Environment"]}
    return {name: names.resolved(value) for name, value in told.items() if name.startswith("KENPIN_")}


def _parameters(template: Template) -> dict[str, str]:
    """The values that a stack reads of the database: parameter of its template → value in SSM."""
    names = {id: str(it["Default"]) for id, it in template["Parameters"].items()}
    ssm = boto3.client("ssm")
    return {
        id: ssm.get_parameter(Name=name)["Parameter"]["Value"]
        for id, name in names.items()
        if name.startswith("/kenpin/dev/database-")
    }
