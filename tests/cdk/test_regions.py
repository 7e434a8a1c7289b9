"""Regions: a stage is refused where AWS lacks a service, and each allowed region takes every template."""

import json
import re
from dataclasses import replace
from pathlib import Path

import cfnlint.api  # type: ignore[import-untyped]
import pytest

from cdk.regions import ALLOWED_REGIONS, FARGATE_ZONES, check_region
from cdk.stage import Stage
from kenpin.adapters.aws.database_login import RDS_ROOTS
from tests.architecture.checkout import ROOT
from tests.cdk.options import with_every_option
from tests.cdk.templates import of_type


@pytest.fixture(scope="module")
def stage(_node: None) -> Stage:
    from aws_cdk import App

    from cdk.app import context

    return Stage.from_context(App(context=context()).node)


@pytest.mark.parametrize("region", ["ap-east-1", "me-south-1", "eu-south-1", "cn-north-1", "eu-central-9"])
def test_a_region_without_a_service_is_refused_by_name(stage: Stage, region: str) -> None:
    with pytest.raises(ValueError, match=f"cannot be deployed in {region}.*eu-central-1"):
        check_region(region, stage)


def test_the_synthesis_asks_for_the_region_of_the_command_line(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from cdk.app import app

    monkeypatch.setenv("CDK_DEFAULT_REGION", "me-south-1")
    with pytest.raises(ValueError, match="cannot be deployed in me-south-1"):
        app(str(tmp_path))


@pytest.mark.parametrize("region", sorted({*ALLOWED_REGIONS} - {*FARGATE_ZONES}))
def test_an_allowed_region_asks_for_no_zones(stage: Stage, region: str) -> None:
    check_region(region, stage)


@pytest.mark.parametrize("region", FARGATE_ZONES)
def test_where_fargate_is_in_some_zones_they_are_named(stage: Stage, region: str) -> None:
    with pytest.raises(ValueError, match=f"Fargate is only in {FARGATE_ZONES[region][0]}"):
        check_region(region, stage)
    check_region(region, replace(stage, zones=[f"{region}a", f"{region}c"]))


@pytest.mark.parametrize(
    "zones", [["eu-central-1a"], ["eu-central-1a", "eu-central-1a"], ["eu-west-1a", "eu-west-1b"]]
)
def test_zones_are_two_of_the_region(stage: Stage, zones: list[str]) -> None:
    with pytest.raises(ValueError, match="two zones of eu-central-1"):
        check_region("eu-central-1", replace(stage, zones=zones))


def test_the_network_lies_in_the_zones_that_the_stage_names() -> None:
    subnets = of_type(with_every_option()["data"], "EC2::Subnet").values()
    assert [it["Properties"]["AvailabilityZone"] for it in subnets] == ["eu-central-1a", "eu-central-1c"]


@pytest.mark.parametrize("stack", ["data", "core", "web", "api", "training", "watch"])
def test_cloudformation_would_take_the_template_in_every_allowed_region(stack: str) -> None:
    template = {**with_every_option()[stack]}
    found = cfnlint.api.lint(json.dumps(template), regions=[*ALLOWED_REGIONS])
    assert [str(match) for match in found if match.rule.id.startswith("E")] == []


def test_the_root_certificates_of_every_allowed_region_are_carried() -> None:
    from cryptography import x509

    roots = x509.load_pem_x509_certificates(RDS_ROOTS.read_bytes())
    names = " ".join(root.subject.rfc4514_string() for root in roots)
    assert [it for it in ALLOWED_REGIONS if f"RDS {it} Root CA RSA2048 G1" not in names] == []


def test_the_guide_names_every_allowed_region() -> None:
    told = re.findall(r"`([a-z]{2}-[a-z]+-\d)`", (ROOT / "docs/deploy.md").read_text("utf-8"))
    assert {*ALLOWED_REGIONS} <= set(told)
