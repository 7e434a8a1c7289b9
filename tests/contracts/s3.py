"""The object store on S3, played by moto."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from kenpin.adapters.aws.object_store import S3ObjectStore

BUCKET = "kenpin-objects"


@pytest.fixture
def s3_object_store() -> Iterator[S3ObjectStore]:
    with mock_aws():
        client = boto3.client("s3", region_name="eu-central-1")
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        yield S3ObjectStore(BUCKET, client)
