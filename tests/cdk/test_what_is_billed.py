"""The cost model counts all resources of the templates that are billed while they stand, and no others."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from bench.bill import HOURS, total
from bench.idle import KENPIN_METRICS, StageName, idle
from tests.cdk.templates import Template, of_type, properties

FREE: Final = {
    "ApiGatewayV2": "Api Authorizer Integration Route Stage",
    "ApplicationAutoScaling": "ScalableTarget ScalingPolicy",
    "CDK": "Metadata",
    "CloudFront": "CachePolicy Distribution Function OriginAccessControl ResponseHeadersPolicy",
    "Cognito": "UserPool UserPoolClient UserPoolDomain UserPoolResourceServer",
    "DynamoDB": "Table",
    "EC2": (
        "EgressOnlyInternetGateway FlowLog InternetGateway Route RouteTable SecurityGroup SecurityGroupEgress"
        " SecurityGroupIngress Subnet SubnetRouteTableAssociation VPC VPCCidrBlock VPCGatewayAttachment"
    ),
    "ECS": "Cluster ClusterCapacityProviderAssociations Service TaskDefinition",
    "Events": "Archive EventBus EventBusPolicy Rule",
    "IAM": "Policy Role",
    "KMS": "Alias",
    "Lambda": "EventInvokeConfig EventSourceMapping Function LayerVersion Permission",
    "Logs": "LogGroup",
    "Pipes": "Pipe",
    "RDS": "DBClusterParameterGroup DBProxyTargetGroup DBSubnetGroup",
    "S3": "Bucket BucketPolicy",
    "SNS": "Topic TopicPolicy Subscription",
    "SQS": "Queue QueuePolicy",
    "SSM": "Parameter",
    "Scheduler": "Schedule",
    "StepFunctions": "StateMachine",
}
"""Resources that cost nothing for standing there, but for their use."""
COUNTED: Final = {
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::EC2::VPCEndpoint",
    "AWS::KMS::Key",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBProxy",
    "AWS::SecretsManager::Secret",
    "AWS::WAFv2::WebACL",
}
"""Types in `STANDING`."""
RULES_OF_THE_WAF: Final = 4
"""In its price (bench/prices.json)."""


class BilledResources:
    """All templates of a stage."""

    def __init__(self, templates: Sequence[Template]) -> None:
        self.templates = templates

    def each(self, type: str) -> Iterator[Mapping[str, Any]]:
        for template in self.templates:
            for resource in of_type(template, type).values():
                yield resource["Properties"]

    def count(self, type: str) -> int:
        return len(list(self.each(type)))

    def acu(self) -> float:
        [cluster] = self.each("RDS::DBCluster")
        least: float = cluster["ServerlessV2ScalingConfiguration"]["MinCapacity"]
        return self.count("RDS::DBInstance") * least

    def machine_clients(self) -> int:
        """Clients that get tokens for themselves; Cognito charges for each by the month."""
        clients = self.each("Cognito::UserPoolClient")
        return sum("client_credentials" in it.get("AllowedOAuthFlows", []) for it in clients)

    def interfaces(self) -> int:
        endpoints = self.each("EC2::VPCEndpoint")
        return sum(len(it["SubnetIds"]) for it in endpoints if it["VpcEndpointType"] == "Interface")

    def alarm_metrics(self) -> int:
        looked_at = (
            sum("MetricStat" in it for it in alarm.get("Metrics", [])) or 1
            for alarm in self.each("CloudWatch::Alarm")
        )
        return sum(looked_at)


STANDING: Final[dict[str, Callable[[BilledResources], float]]] = {
    "aurora ACU-hour": lambda built: built.acu() * HOURS,
    "rds proxy ACU-hour": lambda built: built.count("RDS::DBProxy") * max(8, built.acu()) * HOURS,
    "interface endpoint hour": lambda built: built.interfaces() * HOURS,
    "secret month": lambda built: built.count("SecretsManager::Secret"),
    "kms key month": lambda built: built.count("KMS::Key"),
    "alarm metric month": lambda built: built.alarm_metrics(),
    "cognito client month": lambda built: built.machine_clients(),
    "dashboard month": lambda built: built.count("CloudWatch::Dashboard"),
    "waf month": lambda built: built.count("WAFv2::WebACL"),
}
"""Price → how much of it the templates have."""


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, assembly: Path) -> dict[str, BilledResources]:
    """Both stages, as they are deployed."""
    from aws_cdk import App

    from cdk.app import add_stacks, context
    from cdk.stage import Stage

    app = App(outdir=str(tmp_path_factory.mktemp("prod")), context=context(stage="prod"))
    add_stacks(app, Stage.from_context(app.node))
    dev = [json.loads(path.read_text()) for path in assembly.glob("*.template.json")]
    return {
        "dev": BilledResources(dev),
        "prod": BilledResources([stack.template for stack in app.synth().stacks]),
    }


both_stages = pytest.mark.parametrize("stage", ["dev", "prod"])


@both_stages
@pytest.mark.parametrize("price", STANDING)
def test_the_bill_counts_what_the_templates_have(
    built: dict[str, BilledResources], stage: StageName, price: str
) -> None:
    counted = sum(line.quantity for line in idle(stage) if line.price == price)
    assert counted == pytest.approx(STANDING[price](built[stage]))


def test_a_month_in_which_nobody_comes_costs_about_thirty_dollars_where_the_stage_sleeps() -> None:
    assert round(total(idle("dev"))) <= 30


@both_stages
def test_the_stream_is_polled_for_money_only_where_there_is_a_pipe(
    built: dict[str, BilledResources], stage: StageName
) -> None:
    polled = any(line.price == "dynamodb stream read" for line in idle(stage))
    assert polled == (built[stage].count("Pipes::Pipe") == 1)


@both_stages
def test_nothing_stands_there_that_nobody_asked_the_price_of(
    built: dict[str, BilledResources], stage: StageName
) -> None:
    """A new kind of resource belongs to FREE, or to the bill in bench/idle.py and to STANDING."""
    free = {f"AWS::{service}::{name}" for service, names in FREE.items() for name in names.split()}
    found = {it["Type"] for template in built[stage].templates for it in template["Resources"].values()}
    assert {type for type in found if type.startswith("AWS::")} - free - COUNTED == set()


@both_stages
def test_what_would_make_a_free_thing_dear_is_not_there(
    built: dict[str, BilledResources], stage: StageName
) -> None:
    assert {table["BillingMode"] for table in built[stage].each("DynamoDB::Table")} == {"PAY_PER_REQUEST"}
    assert {it["MinCapacity"] for it in built[stage].each("ApplicationAutoScaling::ScalableTarget")} == {0}
    assert not [f for f in built[stage].each("Lambda::Function") if "ProvisionedConcurrencyConfig" in f]


def test_the_price_of_the_waf_is_that_of_its_rules(built: dict[str, BilledResources]) -> None:
    [acl] = built["prod"].each("WAFv2::WebACL")
    assert len(acl["Rules"]) == RULES_OF_THE_WAF


@both_stages
def test_every_metric_of_ours_that_is_watched_is_counted(
    built: dict[str, BilledResources], stage: StageName
) -> None:
    [watch] = [it for it in built[stage].templates if of_type(it, "CloudWatch::Dashboard")]
    body = properties(watch, "CloudWatch::Dashboard")["DashboardBody"]["Fn::Join"][1]
    shown = json.loads("".join(part if isinstance(part, str) else "x" for part in body))
    asked = [metric for widget in shown["widgets"] for metric in widget["properties"].get("metrics", [])]
    watched = {metric[1] for metric in asked if metric[0] == "Kenpin"}
    alarmed = {it["MetricName"] for it in built[stage].each("CloudWatch::Alarm") if "MetricName" in it}
    assert watched and watched | (alarmed & set(KENPIN_METRICS)) <= set(KENPIN_METRICS)
