"""The data stack: no way out, no password, nothing deleted, and tables before there are readers."""

import json
from typing import Any

import pytest

from cdk.constructs.database_network import ROLES, WAKE_S
from functions.manifest import FUNCTIONS
from tests.cdk.templates import Template, actions, listed, of_type, only, properties, statements


def text(value: object) -> str:
    return json.dumps(value)


def test_the_network_has_no_way_out(grown: dict[str, Template]) -> None:
    data = grown["data"]
    assert len(of_type(data, "EC2::Subnet")) == 2
    for type in ("InternetGateway", "EgressOnlyInternetGateway", "NatGateway", "EIP", "Route"):
        assert of_type(data, f"EC2::{type}") == {}
    assert properties(data, "EC2::FlowLog")["TrafficType"] == "ALL"


def test_where_the_stage_sleeps_rows_can_be_left_over_v6_alone_and_reached_by_nobody(data: Template) -> None:
    """Tasks have subnets of their own; nothing stands there that costs by the hour."""
    routes = {
        text(it["Properties"]["RouteTableId"]): it["Properties"]
        for it in of_type(data, "EC2::Route").values()
    }
    for table, route in routes.items():
        assert ("rows" in table) == ("EgressOnlyInternetGatewayId" in route)
        assert ("rows" in table) == (route.get("DestinationIpv6CidrBlock") == "::/0")
    for subnet in of_type(data, "EC2::Subnet").values():
        assert subnet["Properties"].get("MapPublicIpOnLaunch", False) is False
    for group in of_type(data, "EC2::SecurityGroup").values():
        assert "SecurityGroupIngress" not in group["Properties"]
    assert of_type(data, "EC2::NatGateway") == of_type(data, "EC2::EIP") == {}
    assert {it["VpcEndpointType"] for it in endpoints(data).values()} == {"Gateway"}


def test_where_the_stage_sleeps_aurora_pauses_and_no_proxy_keeps_it_awake(data: Template) -> None:
    cluster = properties(data, "RDS::DBCluster")
    assert cluster["ServerlessV2ScalingConfiguration"] == {
        "MinCapacity": 0,
        "MaxCapacity": 4,
        "SecondsUntilAutoPause": 300,
    }
    assert of_type(data, "RDS::DBProxy") == {}
    [url] = [
        text(it["Properties"]["Value"])
        for it in of_type(data, "SSM::Parameter").values()
        if it["Properties"]["Name"].endswith("database-url")
    ]
    assert "postgresql://" in url and "@" not in url, "the user follows from the code"
    assert "Endpoint.Address" in url
    assert "sslmode=verify-full" in url


def endpoints(template: Template) -> dict[str, dict[str, Any]]:
    """By the end of the service's name."""
    found = [endpoint["Properties"] for endpoint in of_type(template, "EC2::VPCEndpoint").values()]
    return {text(it["ServiceName"]).strip('"}] ').rpartition('"')[2].lstrip("."): it for it in found}


def test_what_must_leave_goes_through_endpoints(data: Template, grown: dict[str, Template]) -> None:
    """Endpoints for machines with a GPU cost only where there may be such machines."""
    always = {"dynamodb", "s3", "sqs", "ecr.api", "ecr.dkr", "logs"}
    assert set(endpoints(data)) == {"dynamodb", "s3"}
    assert set(endpoints(grown["data"])) == always | {"ecs", "ecs-agent", "ecs-telemetry"}


def test_a_stage_pays_for_as_many_zones_as_it_says(grown: dict[str, Template]) -> None:
    template, zones = grown["data"], 2
    interfaces = [e for e in endpoints(template).values() if e["VpcEndpointType"] == "Interface"]
    assert {len(e["SubnetIds"]) for e in interfaces} == {zones}
    assert {len(e["SecurityGroupIds"]) for e in interfaces} == {1}


def test_only_the_proxy_and_migrations_reach_the_database(grown: dict[str, Template]) -> None:
    data = grown["data"]
    entries = of_type(data, "EC2::SecurityGroupIngress").values()
    to_database = [e["Properties"] for e in entries if "NetworkAurora" in text(e["Properties"]["GroupId"])]
    sources = {
        next(name for name in ("Proxy", "Migrations", "Functions") if f"Network{name}" in text(e))
        for e in (entry["SourceSecurityGroupId"] for entry in to_database)
    }
    assert sources == {"Proxy", "Migrations"}
    assert len(to_database) == len(sources)
    groups = of_type(data, "EC2::SecurityGroup").values()
    assert all("SecurityGroupIngress" not in group["Properties"] for group in groups)


def test_the_database_is_encrypted_and_asks_for_tls_and_a_token(data: Template) -> None:
    cluster = properties(data, "RDS::DBCluster")
    assert cluster["StorageEncrypted"] is True
    assert "Key" in text(cluster["KmsKeyId"])
    assert cluster["EnableIAMDatabaseAuthentication"] is True
    assert cluster["EnableCloudwatchLogsExports"] == ["postgresql"]
    assert properties(data, "RDS::DBClusterParameterGroup")["Parameters"] == {"rds.force_ssl": "1"}


def test_the_rows_outlive_the_stack(data: Template) -> None:
    cluster = only(data, "RDS::DBCluster")
    assert cluster["DeletionPolicy"] == cluster["UpdateReplacePolicy"] == "Snapshot"
    assert only(data, "KMS::Key")["DeletionPolicy"] == "RetainExceptOnCreate"
    assert only(data, "KMS::Key")["Properties"]["EnableKeyRotation"] is True


@pytest.mark.parametrize(
    ("stack", "capacity", "instances", "days"), [("dev", (0, 4), 1, 7), ("prod", (1, 32), 2, 35)]
)
def test_a_stage_has_the_capacity_and_the_backups_it_says(
    data: Template,
    grown: dict[str, Template],
    stack: str,
    capacity: tuple[float, float],
    instances: int,
    days: int,
) -> None:
    template = data if stack == "dev" else grown["data"]
    cluster = properties(template, "RDS::DBCluster")
    scaling = cluster["ServerlessV2ScalingConfiguration"]
    assert (scaling["MinCapacity"], scaling["MaxCapacity"]) == capacity
    assert cluster["BackupRetentionPeriod"] == days
    found = [it["Properties"] for it in of_type(template, "RDS::DBInstance").values()]
    assert len(found) == instances
    assert {instance["PubliclyAccessible"] for instance in found} == {False}


def test_nobody_has_a_password(data: Template) -> None:
    cluster = properties(data, "RDS::DBCluster")
    assert cluster["MasterUserAuthenticationType"] == "iam-db-auth"
    assert not {"ManageMasterUserPassword", "MasterUserPassword", "MasterUserSecret"} & set(cluster)


def test_no_template_holds_a_secret(data: Template) -> None:
    secret = properties(data, "SecretsManager::Secret")
    assert secret["GenerateSecretString"] == {"ExcludePunctuation": True, "PasswordLength": 64}


def test_its_certificate_is_of_the_authority_whose_roots_we_carry(data: Template) -> None:
    assert properties(data, "RDS::DBInstance")["CACertificateIdentifier"] == "rds-ca-rsa2048-g1"


def test_the_proxy_takes_tokens_over_tls_and_hands_tokens_on(grown: dict[str, Template]) -> None:
    data = grown["data"]
    proxy = properties(data, "RDS::DBProxy")
    assert proxy["DefaultAuthScheme"] == "IAM_AUTH"
    assert proxy["RequireTLS"] is True
    assert "Auth" not in proxy
    [statement] = statements(data, "DatabaseProxyRole")
    assert statement["Action"] == "rds-db:connect"
    users = [text(user) for user in statement["Resource"]]
    assert [user.endswith(f'/kenpin_{role}_*"]]}}') for user, role in zip(users, ROLES, strict=True)] == [
        True
    ] * 2
    assert all("DBClusterResourceId" in user for user in users)


def test_migrations_wait_until_a_database_that_sleeps_is_awake(data: Template) -> None:
    [function] = of_type(data, "Lambda::Function").values()
    url = text(function["Properties"]["Environment"]["Variables"]["KENPIN_DATABASE_URL"])
    assert f"connect_timeout={WAKE_S}" in url


def test_there_are_logins_for_the_roles_of_the_functions() -> None:
    assert set(ROLES) == {function.database_role for function in FUNCTIONS}


def test_other_stacks_are_told_what_they_need_once_the_tables_are_there(data: Template) -> None:
    [run] = [id for id, it in data["Resources"].items() if it["Type"] == "Custom::Migrations"]
    parameters = of_type(data, "SSM::Parameter")
    assert {it["Properties"]["Name"]: it["Properties"]["Type"] for it in parameters.values()} == {
        "/kenpin/dev/function-subnets": "StringList",
        "/kenpin/dev/functions-group": "String",
        "/kenpin/dev/database-url": "String",
        "/kenpin/dev/database-login-app": "String",
        "/kenpin/dev/database-login-reader": "String",
        "/kenpin/dev/task-subnets": "StringList",
        "/kenpin/dev/vpc": "String",
        "/kenpin/dev/files-key": "String",
    }
    assert all(run in it["DependsOn"] for it in parameters.values())


def test_who_is_told_connects_to_the_proxy_and_compares_its_certificate(
    grown: dict[str, Template],
) -> None:
    [url] = [
        text(it["Properties"]["Value"])
        for it in of_type(grown["data"], "SSM::Parameter").values()
        if it["Properties"]["Name"].endswith("database-url")
    ]
    assert "postgresql://" in url and "@" not in url, "the user follows from the code"
    assert "DatabaseProxy" in url
    assert "sslmode=verify-full" in url


def test_migrations_run_when_the_database_answers_and_again_with_other_code(data: Template) -> None:
    [run] = [it for it in data["Resources"].values() if it["Type"] == "Custom::Migrations"]
    needed = {data["Resources"][id]["Type"] for id in run["DependsOn"]}
    assert {"AWS::RDS::DBInstance", "AWS::EC2::VPCEndpoint", "AWS::EC2::SecurityGroupEgress"} <= needed
    assert run["Properties"]["code"]["Ref"].startswith("MigrationsCodeKenpin")
    assert run["Properties"]["ServiceTimeout"] == "300"


def test_migrations_may_log_in_as_the_owner_and_nothing_else(data: Template) -> None:
    allowed = {
        action: statement
        for statement in statements(data, "Migrations")
        for action in listed(statement["Action"])
        if statement["Resource"] != "*"
    }
    assert set(allowed) == {"logs:CreateLogStream", "logs:PutLogEvents", "rds-db:connect"}
    assert text(allowed["rds-db:connect"]["Resource"]).endswith('/kenpin_owner"]]}')


def test_gateway_endpoints_let_through_what_roles_may_do_in_this_account_and_no_more(
    data: Template, core: Template
) -> None:
    gateways = [e for e in endpoints(data).values() if e["VpcEndpointType"] == "Gateway"]
    said = [it for gateway in gateways for it in gateway["PolicyDocument"]["Statement"]]
    account = {"StringEquals": {"aws:ResourceAccount": {"Ref": "AWS::AccountId"}}}
    ours = {action for it in said if it.get("Condition") == account for action in listed(it["Action"])}
    streams = {
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
    }
    asked = {action for action in actions(core) if action.startswith(("dynamodb:", "s3:"))}
    assert ours == asked - streams, "Lambda and Pipes read streams from outside"
    for other in (it for it in said if it.get("Condition") != account):
        assert "starport-layer-bucket" in text(other) or "cloudformation-custom-resource" in text(other)
