"""Regions of AWS in which every service that Kenpin uses is offered, and the zones in them."""

from collections.abc import Mapping
from typing import Final

from cdk.stage import Stage

ALLOWED_REGIONS: Final = (
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
)
"""The regions that an account has from the start. CloudFront writes no access logs to buckets in the others, and some
of those have no EventBridge Pipes."""
FARGATE_ZONES: Final[Mapping[str, tuple[str, ...]]] = {
    "ap-northeast-1": ("apne1-az1", "apne1-az2", "apne1-az4"),
    "us-west-1": ("usw1-az1", "usw1-az3"),
}
"""Region → ids of its only zones with Fargate, where these are not all. Names of zones differ by account."""


def check_region(region: str, stage: Stage) -> None:
    """Raise ValueError when the stage cannot be deployed there. Without a region nothing is checked."""
    if region and region not in ALLOWED_REGIONS:
        raise ValueError(
            f"Kenpin cannot be deployed in {region}: not every service that it uses is offered there. "
            f"Choose one of {', '.join(ALLOWED_REGIONS)}."
        )
    if region in FARGATE_ZONES and not stage.zones:
        raise ValueError(
            f"cdk.json: name two zones of {region} in `zones`. Fargate is only in {', '.join(FARGATE_ZONES[region])}; "
            f"`aws ec2 describe-availability-zones --region {region}` shows the names that they have in your account."
        )
    if stage.zones and (len({*stage.zones}) != 2 or not all(zone.startswith(region) for zone in stage.zones)):
        raise ValueError(
            f"cdk.json: zones names two zones of {region or 'one region'}, or none; it names {list(stage.zones)}"
        )
