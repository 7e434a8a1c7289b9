"""The built UI in a private bucket, and its `/config.json`."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import aws_cdk
import jsii
from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk.aws_s3_deployment import BucketDeployment, CacheControl, ISource, Source
from constructs import Construct

from cdk.constructs.code import RUNTIME
from cdk.constructs.grants import allow
from cdk.constructs.layer_files import ROOT
from cdk.constructs.nag_reasons import acknowledge
from cdk.stage import Stage

BUILT_UI = ROOT / "host/static"
NOT_DEPLOYED = shutil.ignore_patterns(".*", "*.br", "*.gz", "docs")
"""CloudFront compresses by itself; the docs are a source of their own."""
HASHED = "assets/*"
"""The names of these files carry a digest of their content."""
CACHE_FOREVER = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
REASONS = {"S1": "Only CloudFront reads it, and CloudFront keeps a log of what it was asked."}


class Pages(Construct):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            removal_policy=RemovalPolicy.RETAIN,  # a rollback could not delete what a deployment has put in
        )
        acknowledge(self.bucket, REASONS)

    def deploy(self, stage: Stage, config: Mapping[str, object]) -> None:
        """Deploy first the files that the page refers to, then the page. Old files stay for open pages."""
        log = logs.LogGroup(
            self, "Log", retention=stage.log_retention_days, removal_policy=RemovalPolicy.DESTROY
        )
        role = self._role(log)
        openapi = (ROOT / "docs/reference/openapi.json").read_text("utf-8")
        hashed_files = BucketDeployment(
            self,
            "Hashed",
            sources=[_ui_source()],
            exclude=["*"],
            include=[HASHED],
            cache_control=[CacheControl.from_string(CACHE_FOREVER)],
            destination_bucket=self.bucket,
            prune=False,
            role=role,
            log_group=log,
        )
        pages = BucketDeployment(
            self,
            "Pages",
            sources=[
                _ui_source(),
                Source.json_data("config.json", config),
                Source.data("openapi.json", openapi),
                _docs_source(),
            ],
            exclude=[HASHED],
            cache_control=[CacheControl.from_string(REVALIDATE)],
            destination_bucket=self.bucket,
            prune=False,
            role=role,
            log_group=log,
        )
        pages.node.add_dependency(hashed_files)

    def _role(self, log: logs.LogGroup) -> iam.IRole:
        """Return a role with the rights that the library's function needs; the library would grant s3:List*."""
        stack = Stack.of(self)
        assets = f"cdk-{stack.synthesizer.bootstrap_qualifier}-assets-{stack.account}-{stack.region}"
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={
                "Deploy": iam.PolicyDocument(
                    statements=[
                        allow(f"arn:{stack.partition}:s3:::{assets}/*", "s3:GetObject"),
                        allow(self.bucket.bucket_arn, "s3:ListBucket"),
                        allow(f"{self.bucket.bucket_arn}/*", "s3:PutObject"),
                        allow(log.log_group_arn, "logs:CreateLogStream", "logs:PutLogEvents"),
                    ]
                )
            },
        )
        return role.without_policy_updates()


def _ui_source() -> ISource:
    """Return the UI, built at deployment; a synthesis for tests contains the sources alone."""
    return Source.asset(
        str(ROOT / "frontend"),
        exclude=["node_modules", "dist", ".*"],
        asset_hash_type=aws_cdk.AssetHashType.SOURCE,
        bundling=aws_cdk.BundlingOptions(image=RUNTIME.bundling_image, local=LocalPageBuild()),
    )


def _docs_source() -> ISource:
    """Return the documentation site, below docs/."""
    return Source.asset(
        str(ROOT / "docs"),
        asset_hash_type=aws_cdk.AssetHashType.SOURCE,
        bundling=aws_cdk.BundlingOptions(image=RUNTIME.bundling_image, local=LocalDocsBuild()),
    )


@jsii.implements(aws_cdk.ILocalBundling)
class LocalPageBuild:
    """Builds the pages as `make run` does for one machine; no container is needed."""

    def try_bundle(self, output_dir: str, *, image: aws_cdk.DockerImage, **_: object) -> bool:
        subprocess.run([sys.executable, "-m", "host.frontend_build"], check=True, cwd=ROOT)
        shutil.copytree(BUILT_UI, output_dir, dirs_exist_ok=True, ignore=NOT_DEPLOYED)
        return True


@jsii.implements(aws_cdk.ILocalBundling)
class LocalDocsBuild:
    """Builds the documentation site as `make run` does."""

    def try_bundle(self, output_dir: str, *, image: aws_cdk.DockerImage, **_: object) -> bool:
        subprocess.run([sys.executable, "-m", "host.docs_site"], check=True, cwd=ROOT)
        shutil.copytree(BUILT_UI / "docs", Path(output_dir) / "docs", ignore=NOT_DEPLOYED)
        return True
