"""The sealer as AWS wires it, and on one machine, where there is nothing to seal."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import boto3
import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from moto import mock_aws

from functions.sealer.handler import SPARE_S, handler
from kenpin import bootstrap
from kenpin.adapters.aws.event_store import DynamoEventStore
from kenpin.bootstrap import Platform
from kenpin.settings import Settings
from tests.chains import chained, start, tags
from tests.contracts.dynamodb import TABLE, dynamodb
from tests.contracts.s3 import BUCKET

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["dynamodb"]


def run(platform: Platform, monkeypatch: pytest.MonkeyPatch, seconds: float) -> object:
    monkeypatch.setattr("functions.sealer.handler.platform", lambda: platform)
    context = SimpleNamespace(
        function_name="sealer",
        aws_request_id="r-1",
        get_remaining_time_in_millis=lambda: 1000 * (seconds + SPARE_S),
    )
    return handler({}, cast("LambdaContext", context))


def test_a_long_stream_is_sealed_as_time_allows(
    dynamodb: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        settings = Settings(base="aws", event_table=TABLE, bucket=BUCKET)
        platform = bootstrap.wire(settings)
        commits = chained(start(), [tags(*(str(n) for n in range(1_000)))] * 35)
        DynamoEventStore(TABLE, settings.tenant).restore(start().stream, commits)
        assert run(platform, monkeypatch, seconds=0) == {"sealed": 1}
        assert run(platform, monkeypatch, seconds=60) == {"sealed": 1}
        assert run(platform, monkeypatch, seconds=60) == {"sealed": 0}
        names = [found["Key"] for found in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
        assert [name.rpartition("-")[0] for name in names] == [
            f"segments/local/{start().stream}/{first:012d}-{last:012d}"
            for first, last in ((1, 10_000), (10_001, 20_000))
        ]
        assert list(platform.events.read(start().stream)) == commits


def test_one_machine_has_nothing_to_seal(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    settings = Settings.model_validate({"database_url": postgres_url, "data_dir": tmp_path})
    assert run(bootstrap.wire(settings), monkeypatch, seconds=60) == {"sealed": 0}
