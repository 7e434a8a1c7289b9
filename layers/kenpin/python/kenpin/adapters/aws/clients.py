"""How Kenpin speaks to AWS: short patience, since every caller retries or says that it is unavailable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

PATIENCE: Final = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 3},
    tcp_keepalive=True,
)
LONG_POLL: Final = PATIENCE.merge(Config(read_timeout=30))


def dynamodb() -> DynamoDBClient:
    return boto3.client("dynamodb", config=PATIENCE)


def s3() -> S3Client:
    return boto3.client("s3", config=PATIENCE.merge(Config(read_timeout=60)))


def sqs() -> SQSClient:
    return boto3.client("sqs", config=LONG_POLL)


def secrets() -> SecretsManagerClient:
    return boto3.client("secretsmanager", config=PATIENCE)
