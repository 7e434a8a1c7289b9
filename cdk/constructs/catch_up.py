"""The state machine that catches up or rebuilds rows: it calls the sweeper until no stream is behind.

One call of a function ends after fifteen minutes; the state machine may run for a day. Start it by hand after a
restore, a `kenpin move` or a new read model: aws stepfunctions start-execution --state-machine-arn …
With --input '{"models": ["gallery"]}' it first rebuilds these beside the rows that are served; [] means all.
"""

import json

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from cdk.constructs.nag_reasons import acknowledge
from cdk.stage import Stage

TRANSIENT_ERRORS = ["Lambda.TooManyRequestsException", "Lambda.ServiceException", "Lambda.SdkClientException"]

DAY_S = 24 * 3_600


class CatchUp(Construct):
    """The sweeper answers `{"left": n}`: how many streams are still behind when its time is up."""

    def __init__(
        self, scope: Construct, id: str, sweeper: lambda_.Function, rebuild: lambda_.Function, stage: Stage
    ) -> None:
        super().__init__(scope, id)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        both = [sweeper.function_arn, rebuild.function_arn]
        role.add_to_policy(iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=both))
        self.machine = sfn.StateMachine(
            self,
            "Machine",
            state_machine_name=f"{stage.title}-catch-up",
            definition_body=sfn.DefinitionBody.from_string(json.dumps(definition(*both))),
            role=role,
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=logs.LogGroup(
                    self,
                    "Log",
                    log_group_name=f"/aws/vendedlogs/states/{stage.title}-catch-up",
                    retention=stage.log_retention_days,
                    removal_policy=RemovalPolicy.DESTROY,  # its name is fixed
                ),
                level=sfn.LogLevel.ALL,
            ),
        )
        why = "CloudWatch's log deliveries, and X-Ray, have no resource of their own."
        acknowledge(role, {"IAM5[Resource::*]": why})


RETRY = [
    {"ErrorEquals": TRANSIENT_ERRORS, "IntervalSeconds": 2, "MaxAttempts": 6, "BackoffRate": 2},
    {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 30, "MaxAttempts": 3, "BackoffRate": 2},
]


def definition(sweeper: str, rebuild: str) -> dict[str, object]:
    """Amazon States Language; a test walks through it."""
    return {
        "Comment": "Makes rows anew if asked to, and brings rows and reactors up to the heads of all streams.",
        "TimeoutSeconds": DAY_S,
        "StartAt": "IsRebuild",
        "States": {
            "IsRebuild": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.models", "IsPresent": True, "Next": "Rebuild"}],
                "Default": "Sweep",
            },
            "Rebuild": {
                **_invoke_task(rebuild),
                "Parameters": {"FunctionName": rebuild, "Payload": {"models.$": "$.models"}},
                "ResultSelector": {"left.$": "$.Payload.left", "models.$": "$.Payload.models"},
                "Next": "IsModelLeft",
            },
            "IsModelLeft": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.left", "NumericGreaterThan": 0, "Next": "Rebuild"}],
                "Default": "Sweep",
            },
            "Sweep": {
                **_invoke_task(sweeper),
                "ResultSelector": {"left.$": "$.Payload.left"},
                "Next": "IsAnyLeft",
            },
            "IsAnyLeft": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.left", "NumericGreaterThan": 0, "Next": "Breathe"}],
                "Default": "Done",
            },
            "Breathe": {"Type": "Wait", "Seconds": 5, "Next": "Sweep"},
            "Done": {"Type": "Succeed"},
        },
    }


def _invoke_task(function: str) -> dict[str, object]:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": function},
        "Retry": RETRY,
    }
