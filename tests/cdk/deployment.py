"""Deploys the core stack into moto as synthesised, after what it would find in an account."""

import json
from pathlib import Path
from typing import Final

import boto3
import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.sqs.models import sqs_backends

REGION: Final = "eu-central-1"
STACK: Final = "Kenpin-dev-core"
USERS: Final = f"arn:aws:rds-db:{REGION}:123456789012:dbuser:prx-0123456789abcdef0"
DATABASE_URL: Final = "postgresql://kenpin.proxy.example:5432/kenpin?sslmode=verify-full"


def deploy(assembly: Path, database_url: str = DATABASE_URL) -> None:
    """moto does not know pipes, schedules, policies of queues and of buckets; the templates' tests do."""
    _put_parameters(database_url)
    _upload_assets(assembly)
    template = _as_moto_reads(assembly / f"{STACK}.template.json")
    with pytest.warns(UserWarning, match="not supported by moto's CloudFormation"):
        boto3.client("cloudformation").create_stack(StackName=STACK, TemplateBody=template)
    _let_the_bucket_tell()
    _let_readers_wait()


def _put_parameters(database_url: str) -> None:
    """Parameters of the data stack, and the bootstrap of the account."""
    ssm, ec2 = boto3.client("ssm"), boto3.client("ec2")
    files_key = boto3.client("secretsmanager").create_secret(Name="files-key", SecretString="k" * 64)["ARN"]
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{16 * number}.0/20")["Subnet"]["SubnetId"]
        for number in range(2)
    ]
    group = ec2.create_security_group(GroupName="functions", Description="functions", VpcId=vpc)["GroupId"]
    ssm.put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="30", Type="String")
    ssm.put_parameter(Name="/kenpin/dev/function-subnets", Value=",".join(subnets), Type="StringList")
    for name, value in {
        "functions-group": group,
        "files-key": files_key,
        "database-url": database_url,
        **{f"database-login-{role}": f"{USERS}/kenpin_{role}_*" for role in ("app", "reader")},
    }.items():
        ssm.put_parameter(Name=f"/kenpin/dev/{name}", Value=value, Type="String")


def _as_moto_reads(template: Path) -> str:
    """moto cannot read an archive's pattern or the tags of a key in CloudFormation's form, nor call our functions."""
    body = json.loads(template.read_text())
    unknown = ("AWS::Events::Archive", "AWS::SSM::Parameter", "Custom::Rows")
    kept = {id: it for id, it in body["Resources"].items() if it["Type"] not in unknown}
    for resource in kept.values():
        if "DependsOn" in resource:
            resource["DependsOn"] = [id for id in resource["DependsOn"] if id in kept]
        if resource["Type"] == "AWS::KMS::Key":
            del resource["Properties"]["Tags"]
    return json.dumps({**body, "Resources": kept})


def _let_the_bucket_tell() -> None:
    """As the template says of the bucket's notifications, which moto's CloudFormation leaves out."""
    s3 = boto3.client("s3")
    [bucket] = [b["Name"] for b in s3.list_buckets()["Buckets"] if "objects" in b["Name"]]
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )


def _let_readers_wait() -> None:
    """moto would call a function in the middle of the write or the sending that wakes it."""
    for queue in sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues.values():
        queue.lambda_event_source_mappings.clear()
    for table in dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables.values():
        table.lambda_event_source_mappings.clear()


def _upload_assets(assembly: Path) -> None:
    s3, bucket = boto3.client("s3"), f"cdk-hnb659fds-assets-123456789012-{REGION}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    for asset in json.loads((assembly / f"{STACK}.assets.json").read_text())["files"].values():
        for destination in asset["destinations"].values():
            s3.put_object(Bucket=bucket, Key=destination["objectKey"], Body=b"PK")
