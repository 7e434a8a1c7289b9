"""`python -m cdk.app` writes CloudFormation templates to cdk.out/; it needs Node.js, no account and no network."""

import json
import os
from pathlib import Path

import aws_cdk

from cdk.stacks.core import CoreStack
from cdk.stacks.data import DataStack
from cdk.stage import Stage

CDK_JSON = Path(__file__).parents[1] / "cdk.json"
BUNDLING = "aws:cdk:bundling-stacks"
"""The CLI names the stacks whose packages to install; on our own we install none."""

WITHOUT_TAGS = ["AWS::RDS::DBProxyTargetGroup"]
"""The library would tag it, CloudFormation would refuse."""


def context(**told: str) -> dict[str, object]:
    """What cdk.json says; the CLI brings it along with what it was told (`-c stage=prod`), which comes first."""
    return {BUNDLING: [], **json.loads(CDK_JSON.read_text())["context"], **told}


def app(outdir: str) -> aws_cdk.App:
    app = aws_cdk.App(outdir=outdir, context=context())
    stage = Stage.chosen(app.node)
    data = DataStack(app, stage.stack("data"), stage)
    core = CoreStack(app, stage.stack("core"), stage)
    core.add_stack_dependency(data)
    for key, value in {"project": "kenpin", "stage": stage.name}.items():
        aws_cdk.Tags.of(app).add(key, value, exclude_resource_types=WITHOUT_TAGS)
    return app


if __name__ == "__main__":
    app(os.environ.get("CDK_OUTDIR", "cdk.out")).synth()
