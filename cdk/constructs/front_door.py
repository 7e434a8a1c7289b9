"""CloudFront, the one origin of browsers and machines, in front of the pages, the API and the files."""

from collections.abc import Sequence
from pathlib import Path

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk.constructs.nag_reasons import acknowledge
from cdk.constructs.shared_secret import FILES_KEY, FRONT_DOOR_SECRET, shared_secret
from cdk.stage import Stage
from functions.manifest import FRONT_DOOR_HEADER

PAGE_OF_ADDRESS = Path(__file__).with_name("page_of_address.js")
SIGNED_FILE = Path(__file__).with_name("signed_file.js")
FILE_LIFE = Duration.hours(1)
"""Time for which CloudFront keeps a file: that of its address, so that an erased one is soon gone."""
HEALTH_LIFE = Duration.minutes(1)
LOG_RETENTION = Duration.days(90)
REASONS = {
    "CFR1": "Factories stand in many countries; who may come in is a matter of sign-in.",
    "CFR2": "AWS WAF is the stage's choice (waf); every route but the one for health asks for a token.",
    "CFR4": "CloudFront's own certificate sets its own floor; a name with a certificate sets TLS 1.2.",
}
LOG_REASONS = {"S1": "The bucket of access logs keeps no log of itself."}


class FrontDoor(Construct):
    """`objects`: the bucket of files. `sign_in`: where tokens are. `web_acl`: an ARN, or None.

    One origin for all, so there is no CORS, and the browser sends its token nowhere else.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        stage: Stage,
        *,
        pages: s3.Bucket,
        objects: s3.IBucket,
        api_host: str,
        sign_in: str,
        web_acl: str | None,
    ) -> None:
        super().__init__(scope, id)
        if bool(stage.certificate) != bool(stage.public_url):
            raise ValueError("cdk.json: public_url and certificate come together or not at all")
        # In us-east-1 the SDK signs addresses without the region.
        uploads = [objects.bucket_regional_domain_name, objects.bucket_domain_name]
        headers = self._headers_policy(stage, content_security_policy(uploads, sign_in))
        api = self._api_origin(stage, api_host)
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"Kenpin {stage.name}",
            default_root_object="index.html",
            default_behavior=self._pages_behavior(stage, pages, headers),
            additional_behaviors={
                "/v1/health": self._health_behavior(stage, api, headers),
                "/v1/*": _api_behavior(api, headers),
                "/files/*": self._files_behavior(stage, objects, headers),
            },
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            domain_names=[stage.public_url.removeprefix("https://")] if stage.certificate else None,
            certificate=(
                acm.Certificate.from_certificate_arn(self, "Certificate", stage.certificate)
                if stage.certificate
                else None
            ),
            log_bucket=self._log_bucket(),
            web_acl_id=web_acl,
        )
        self.address = stage.public_url or f"https://{self.distribution.distribution_domain_name}"
        acknowledge(self.distribution, REASONS)

    def _pages_behavior(
        self, stage: Stage, bucket: s3.Bucket, headers: cloudfront.ResponseHeadersPolicy
    ) -> cloudfront.BehaviorOptions:
        code = cloudfront.FunctionCode.from_file(file_path=str(PAGE_OF_ADDRESS))
        # Without the right to list, S3 answers 403 for what is not there.
        access = cloudfront.S3OriginAccessControl(
            self, "PagesAccess", origin_access_control_name=stage.account_wide_title("pages")
        )
        levels = [cloudfront.AccessLevel.READ, cloudfront.AccessLevel.LIST]
        return cloudfront.BehaviorOptions(
            origin=origins.S3BucketOrigin.with_origin_access_control(
                bucket, origin_access_levels=levels, origin_access_control=access
            ),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
            response_headers_policy=headers,
            compress=True,
            function_associations=[
                self._before_cache("PageOfAddress", stage.account_wide_title("page"), code)
            ],
        )

    def _files_behavior(
        self, stage: Stage, bucket: s3.IBucket, headers: cloudfront.ResponseHeadersPolicy
    ) -> cloudfront.BehaviorOptions:
        """Return the behavior of files: the signature is checked before the cache, which leaves it out."""
        text = SIGNED_FILE.read_text("utf-8").replace("FILES_KEY", shared_secret(self, stage, FILES_KEY))
        code = cloudfront.FunctionCode.from_inline(text)
        access = cloudfront.S3OriginAccessControl(
            self, "FilesAccess", origin_access_control_name=stage.account_wide_title("files")
        )
        return cloudfront.BehaviorOptions(
            origin=origins.S3BucketOrigin.with_origin_access_control(bucket, origin_access_control=access),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            cache_policy=self._cache_policy(stage, "files", FILE_LIFE),
            response_headers_policy=headers,
            function_associations=[self._before_cache("SignedFile", stage.account_wide_title("file"), code)],
        )

    def _before_cache(
        self, id: str, title: str, code: cloudfront.FunctionCode
    ) -> cloudfront.FunctionAssociation:
        """Add a function that sees each request before the cache does."""
        function = cloudfront.Function(
            self, id, function_name=title, code=code, runtime=cloudfront.FunctionRuntime.JS_2_0
        )
        return cloudfront.FunctionAssociation(
            function=function, event_type=cloudfront.FunctionEventType.VIEWER_REQUEST
        )

    def _health_behavior(
        self, stage: Stage, api: origins.HttpOrigin, headers: cloudfront.ResponseHeadersPolicy
    ) -> cloudfront.BehaviorOptions:
        """Return the behavior of the one route that asks for no token: it reaches a function once a minute."""
        return cloudfront.BehaviorOptions(
            origin=api,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            cache_policy=self._cache_policy(stage, "health", HEALTH_LIFE),
            response_headers_policy=headers,
        )

    def _cache_policy(self, stage: Stage, name: str, life: Duration) -> cloudfront.CachePolicy:
        return cloudfront.CachePolicy(
            self,
            f"Cache-{name}",
            cache_policy_name=stage.account_wide_title(name),
            default_ttl=life,
            max_ttl=life,
            min_ttl=Duration.seconds(0),
        )

    def _api_origin(self, stage: Stage, host: str) -> origins.HttpOrigin:
        secret = shared_secret(self, stage, FRONT_DOOR_SECRET) if stage.waf else ""
        return origins.HttpOrigin(
            host,
            protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
            custom_headers={FRONT_DOOR_HEADER: secret} if secret else None,
        )

    def _headers_policy(self, stage: Stage, policy: str) -> cloudfront.ResponseHeadersPolicy:
        return cloudfront.ResponseHeadersPolicy(
            self,
            "Headers",
            response_headers_policy_name=stage.account_wide_title("headers"),
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=policy, override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy.SAME_ORIGIN, override=True
                ),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=Duration.days(365), override=True
                ),
            ),
        )

    def _log_bucket(self) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Logs",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.OBJECT_WRITER,  # CloudFront writes its logs by an ACL
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            lifecycle_rules=[s3.LifecycleRule(expiration=LOG_RETENTION)],
            removal_policy=RemovalPolicy.RETAIN,  # a rollback could not delete the logs that are in it
        )
        acknowledge(bucket, LOG_REASONS)
        return bucket


def _api_behavior(
    api: origins.HttpOrigin, headers: cloudfront.ResponseHeadersPolicy
) -> cloudfront.BehaviorOptions:
    """Return the behavior of the API: never cached; all headers but Host are passed on, the token too."""
    return cloudfront.BehaviorOptions(
        origin=api,
        viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
        allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
        cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
        origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        response_headers_policy=headers,
    )


def content_security_policy(uploads: Sequence[str], sign_in: str) -> str:
    """Return the policy of one machine (host/ui.py; a test compares them) with the hosts of uploads."""
    more = " ".join(f"https://{host}" for host in uploads)
    return (
        f"default-src 'self'; connect-src 'self' {sign_in} {more}; img-src 'self' data: blob:; "
        "style-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )
