"""Bucket of signed anchors, apart from the history that they prove: nobody can delete or change one in its time."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_s3 as s3
from constructs import Construct


class AnchorBucket(Construct):
    """Object Lock in compliance mode: no administrator of the account can shorten the `days` of an object."""

    def __init__(self, scope: Construct, id: str, days: int) -> None:
        super().__init__(scope, id)
        self.bucket = s3.Bucket(
            self,
            "Anchors",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            versioned=True,
            object_lock_enabled=True,
            object_lock_default_retention=s3.ObjectLockRetention.compliance(Duration.days(days)),
            removal_policy=RemovalPolicy.RETAIN,
        )
