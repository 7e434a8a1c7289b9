"""`python -m cdk.app` writes CloudFormation templates to cdk.out/; it needs Node.js, no account and no network."""

import json
import os
from pathlib import Path

import aws_cdk

from cdk.stack import CoreStack

CDK_JSON = Path(__file__).parents[1] / "cdk.json"
BUNDLING = "aws:cdk:bundling-stacks"
"""The CLI names the stacks whose packages to install; on our own we install none."""


def app(outdir: str) -> aws_cdk.App:
    context = json.loads(CDK_JSON.read_text())["context"]
    app = aws_cdk.App(outdir=outdir, context={BUNDLING: [], **context})
    CoreStack(
        app,
        "KenpinCore",
        public_url=app.node.get_context("public_url"),
        tenant=app.node.get_context("tenant"),
    )
    return app


if __name__ == "__main__":
    app(os.environ.get("CDK_OUTDIR", "cdk.out")).synth()
