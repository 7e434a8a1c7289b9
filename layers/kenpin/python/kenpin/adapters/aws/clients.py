"""Clients of AWS with short timeouts: every caller retries or reports that AWS is unavailable."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, cast

from botocore.config import Config
from botocore.session import Session, get_session

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

SHORT_TIMEOUTS: Final = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
    tcp_keepalive=True,
)
"""All tries together end within the 29 seconds of a request, so that its answer can say what does not respond."""
LONG_POLL: Final = SHORT_TIMEOUTS.merge(Config(read_timeout=30))


@cache
def session() -> Session:
    """Return a botocore session: boto3 adds 0.05 s to a cold start and nothing that is used here."""
    return get_session()


def dynamodb() -> DynamoDBClient:
    return cast("DynamoDBClient", session().create_client("dynamodb", config=SHORT_TIMEOUTS))


def s3() -> S3Client:
    timeouts = SHORT_TIMEOUTS.merge(Config(read_timeout=60))
    return cast("S3Client", session().create_client("s3", config=timeouts))


def sqs() -> SQSClient:
    return cast("SQSClient", session().create_client("sqs", config=LONG_POLL))
