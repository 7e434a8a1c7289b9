"""Bucket of images, models and masks, reached only by CloudFront, signed addresses and our functions, over TLS."""

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

EXPIRY_DAYS = {
    "checkpoints/": 14,
    "export-requests/": 2,
    "exports/": 2,
    "inbox/": 30,
    "marks/": 30,
    "snapshots/": 90,
    "uploads/": 14,
}
"""Prefix → days. A run is over by then, an export was downloaded or is asked for again, what came in has become an
image or a dead letter, and a fold begins earlier and leaves a new snapshot; without a mark a clock looks at rows once
more: no truth is here."""
DOWNLOADS = ("exports/", "images/", "models/", "predictions/", "renditions/", "thumbnails/")
"""Prefixes of what people fetch, through CloudFront, which checks the signature of the address."""
INBOX = "inbox/"
ANY_CLOUDFRONT = "https://*.cloudfront.net"


class ObjectBucket(Construct):
    """`public_url`: the origin of the pages whose scripts may PUT by signed address.

    When empty, any page on CloudFront may ask: the distribution's name is known only after this bucket, which it
    reads, is there. CORS is no guard here: it is the signature in the address that lets bytes in.
    """

    def __init__(self, scope: Construct, id: str, public_url: str) -> None:
        super().__init__(scope, id)
        self.bucket = s3.Bucket(
            self,
            "Objects",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            versioned=True,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="leftovers",
                    expired_object_delete_marker=True,
                    abort_incomplete_multipart_upload_after=Duration.days(7),
                    noncurrent_version_expiration=Duration.days(90),
                ),
                *(
                    s3.LifecycleRule(
                        id=prefix,
                        prefix=prefix,
                        expiration=Duration.days(days),
                        noncurrent_version_expiration=Duration.days(1),
                    )
                    for prefix, days in EXPIRY_DAYS.items()
                ),
            ],
            cors=[
                s3.CorsRule(
                    allowed_origins=[public_url or ANY_CLOUDFRONT],
                    allowed_methods=[s3.HttpMethods.PUT],
                    allowed_headers=["content-type", "x-amz-checksum-sha256"],
                    max_age=3_600,
                )
            ],
        )
        self._notify_event_bridge()
        self.bucket.add_to_resource_policy(_read_by_distributions(self.bucket))

    def _notify_event_bridge(self) -> None:
        """Set it on the CloudFormation resource: the library would add a function with rights on every bucket."""
        bucket = self.bucket.node.default_child
        assert isinstance(bucket, s3.CfnBucket)
        bucket.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
                event_bridge_enabled=True
            )
        )


def _read_by_distributions(bucket: s3.Bucket) -> iam.PolicyStatement:
    """Allow CloudFront to read downloads for this account's distributions: the one of the stage is made later."""
    return iam.PolicyStatement(
        principals=[iam.ServicePrincipal("cloudfront.amazonaws.com")],
        actions=["s3:GetObject"],
        resources=[f"{bucket.bucket_arn}/{prefix}*" for prefix in DOWNLOADS],
        conditions={
            "ArnLike": {"AWS:SourceArn": f"arn:{Aws.PARTITION}:cloudfront::{Aws.ACCOUNT_ID}:distribution/*"}
        },
    )
