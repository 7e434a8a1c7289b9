"""The CDK application: `python -m cdk.app` writes CloudFormation templates to cdk.out/; needs Node.js, no account."""

import json
import os
from pathlib import Path

import aws_cdk

from cdk.regions import check_region
from cdk.stacks.api import ApiStack
from cdk.stacks.core import CoreStack
from cdk.stacks.data import DataStack
from cdk.stacks.training import TrainingStack
from cdk.stacks.waf import WafStack
from cdk.stacks.watch import WatchStack
from cdk.stacks.web import WebStack
from cdk.stage import Stage

CDK_JSON = Path(__file__).parents[1] / "cdk.json"
BUNDLING_KEY = "aws:cdk:bundling-stacks"
"""The CLI sets the stacks whose packages are installed; without it none are."""

UNTAGGABLE_TYPES = ["AWS::RDS::DBProxyTargetGroup"]
"""Types that the library tags although CloudFormation refuses their tags."""

UNPROTECTED = (
    "deletion_protection is false: set it to true in cdk.json after the first deployment, and deploy again"
)


def context(**overrides: str) -> dict[str, object]:
    """Return the context of cdk.json with overrides. The CLI passes it with its `-c` arguments, which win."""
    return {BUNDLING_KEY: [], **json.loads(CDK_JSON.read_text())["context"], **overrides}


def app(outdir: str) -> aws_cdk.App:
    """Return the application for the stage of the context. Raises ValueError where AWS lacks a service."""
    app = aws_cdk.App(outdir=outdir, context=context())
    stage = Stage.from_context(app.node)
    check_region(os.environ.get("CDK_DEFAULT_REGION", ""), stage)  # the CLI sets it
    add_stacks(app, stage)
    return app


def add_stacks(app: aws_cdk.App, stage: Stage) -> None:
    """Add every stack, each after those that it reads names from."""
    data = DataStack(app, stage.stack("data"), stage)
    if not stage.deletion_protection:
        aws_cdk.Annotations.of(data).add_warning_v2("kenpin:deletion-protection", UNPROTECTED)
    core = CoreStack(app, stage.stack("core"), stage)
    core.add_stack_dependency(data)
    web = WebStack(app, stage.stack("web"), stage, core.bucket)
    if stage.waf:
        web.add_stack_dependency(WafStack(app, stage.stack("waf"), stage))
    api = ApiStack(app, stage.stack("api"), stage, web)
    api.add_stack_dependency(core)
    training = TrainingStack(app, stage.stack("training"), stage, core)
    training.add_stack_dependency(data)
    WatchStack(app, stage.stack("watch"), stage, core, api)
    for key, value in {"project": "kenpin", "stage": stage.name}.items():
        aws_cdk.Tags.of(app).add(key, value, exclude_resource_types=UNTAGGABLE_TYPES)


if __name__ == "__main__":
    app(os.environ.get("CDK_OUTDIR", "cdk.out")).synth()
