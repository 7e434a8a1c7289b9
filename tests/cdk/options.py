"""The stacks with every option of a stage that is off by default."""

import json
import tempfile
from dataclasses import replace
from functools import cache
from typing import Final

from tests.cdk.templates import Template

NAME: Final = "kenpin.example.com"
CERTIFICATE: Final = "arn:aws:acm:us-east-1:111122223333:certificate/of-kenpin"
MAIL: Final = "operator@example.com"


@cache
def with_every_option() -> dict[str, Template]:
    """By the last word of the stack's name, such as "web"; cdk-nag has nothing against them either."""
    from aws_cdk import App, Validations
    from cdk_nag import AwsSolutionsChecks

    from cdk.app import add_stacks, context
    from cdk.stage import Stage

    app = App(outdir=tempfile.mkdtemp(), context=context())
    stage = replace(
        Stage.from_context(app.node),
        public_url=f"https://{NAME}",
        certificate=CERTIFICATE,
        waf=True,
        mfa="required",
        threat_protection=True,
        deletion_protection=True,
        zones=["eu-central-1a", "eu-central-1c"],
        cpu_spot=False,
        gpu_tasks=3,
        anchor_mirror="s3://auditor/kenpin",
        sleeps=False,
        alarm_email=MAIL,
    )
    add_stacks(app, stage)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return {
        stack.stack_name.rpartition("-")[2]: json.loads(json.dumps(stack.template))
        for stack in app.synth().stacks
    }
