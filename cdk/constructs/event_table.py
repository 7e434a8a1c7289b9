"""The table of the event store, kept when its stack is deleted, and its stream, the doorbell."""

from collections.abc import Sequence

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from cdk.stage import Stage

HEADS_ONLY = {"dynamodb": {"Keys": {"sk": {"S": ["H"]}}}}
"""Every append moves the head of its stream, once: of all records of the table's stream these are the doorbell."""


def heads(prefixes: Sequence[str]) -> dict[str, dict[str, object]]:
    """Pattern of the heads of streams with these prefixes; none: of all streams."""
    record: dict[str, object] = {**HEADS_ONLY["dynamodb"]}
    if prefixes:
        record["NewImage"] = {"stream": {"S": [{"prefix": prefix} for prefix in prefixes]}}
    return {"dynamodb": record}


class EventTable(Construct):
    """Every second of the last `backup_days` can be restored, into a new table."""

    def __init__(self, scope: Construct, id: str, stage: Stage) -> None:
        super().__init__(scope, id)
        self.table = dynamodb.Table(
            self,
            "Events",
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True, recovery_period_in_days=stage.backup_days
            ),
            encryption=dynamodb.TableEncryption.DEFAULT,  # a key of AWS, which charges for no call
            time_to_live_attribute="expires",
            stream=dynamodb.StreamViewType.NEW_IMAGE,
            deletion_protection=stage.deletion_protection,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
