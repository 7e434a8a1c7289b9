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


def app(outdir: str, **context: str) -> aws_cdk.App:
    """Every stack of the stage that the context names; what the CLI was told (`-c stage=prod`) comes first."""
    known = json.loads(CDK_JSON.read_text())["context"]
    app = aws_cdk.App(outdir=outdir, context={BUNDLING: [], **known, **context})
    stage = Stage.chosen(app.node)
    data = DataStack(app, stage.stack("data"), stage)
    core = CoreStack(app, stage.stack("core"), stage)
    core.add_stack_dependency(data)
    aws_cdk.Tags.of(app).add("project", "kenpin")
    aws_cdk.Tags.of(app).add("stage", stage.name)
    return app


if __name__ == "__main__":
    app(os.environ.get("CDK_OUTDIR", "cdk.out")).synth()
