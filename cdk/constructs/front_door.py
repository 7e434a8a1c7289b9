"""CloudFront, the one origin of browsers and machines, in front of the pages and the API."""

from collections.abc import Sequence
from pathlib import Path

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk.constructs.nag_reasons import acknowledge
from cdk.stage import Stage

PAGE_OF_ADDRESS = Path(__file__).with_name("page_of_address.js")
LOG_RETENTION = Duration.days(90)
REASONS = {
    "CFR1": "Factories stand in many countries; who may come in is a matter of sign-in.",
    "CFR2": "AWS WAF is the stage's choice (waf); every route but the one for health asks for a token.",
    "CFR4": "CloudFront's own certificate sets its own floor; a name with a certificate sets TLS 1.2.",
}
LOG_REASONS = {"S1": "The bucket of access logs keeps no log of itself."}


class FrontDoor(Construct):
    """`images`: origins that pages show and send images at. `sign_in`: where tokens are. `web_acl`: an ARN, or None.

    One origin for both, so there is no CORS, and the browser sends its token nowhere else.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        stage: Stage,
        *,
        pages: s3.Bucket,
        api_host: str,
        images: Sequence[str],
        sign_in: str,
        web_acl: str | None,
    ) -> None:
        super().__init__(scope, id)
        if bool(stage.certificate) != bool(stage.public_url):
            raise ValueError("cdk.json: public_url and certificate come together or not at all")
        headers = self._headers_policy(stage, content_security_policy(images, sign_in))
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"Kenpin {stage.name}",
            default_root_object="index.html",
            default_behavior=self._pages_behavior(stage, pages, headers),
            additional_behaviors={"/v1/*": _api_behavior(api_host, headers)},
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
        page_of_address = cloudfront.Function(
            self,
            "PageOfAddress",
            function_name=stage.account_wide_title("page"),
            code=cloudfront.FunctionCode.from_file(file_path=str(PAGE_OF_ADDRESS)),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
        )
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
                cloudfront.FunctionAssociation(
                    function=page_of_address, event_type=cloudfront.FunctionEventType.VIEWER_REQUEST
                )
            ],
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


def _api_behavior(host: str, headers: cloudfront.ResponseHeadersPolicy) -> cloudfront.BehaviorOptions:
    """Return the behavior of the API: never cached; all headers but Host are passed on, the token too."""
    return cloudfront.BehaviorOptions(
        origin=origins.HttpOrigin(host, protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY),
        viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
        allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
        cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
        origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        response_headers_policy=headers,
    )


def content_security_policy(images: Sequence[str], sign_in: str) -> str:
    """Return the policy of one machine (host/ui.py; a test compares them) with the origins of images."""
    more = " ".join(images)
    return (
        f"default-src 'self'; connect-src 'self' {sign_in} {more}; img-src 'self' data: blob: {more}; "
        "style-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )
