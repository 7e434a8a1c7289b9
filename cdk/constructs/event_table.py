"""The table of the event store, protected against deletion, and its stream, the doorbell."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

HEADS_ONLY = {"dynamodb": {"Keys": {"sk": {"S": ["H"]}}}}
"""Every append moves the head of its stream, once: of all records of the table's stream these are the doorbell."""


class EventTable(Construct):
    """`backup_days`: how far back every second can be restored, into a new table."""

    def __init__(self, scope: Construct, id: str, backup_days: int) -> None:
        super().__init__(scope, id)
        self.table = dynamodb.Table(
            self,
            "Events",
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True, recovery_period_in_days=backup_days
            ),
            encryption=dynamodb.TableEncryption.DEFAULT,  # a key of AWS, which charges for no call
            time_to_live_attribute="expires",
            stream=dynamodb.StreamViewType.NEW_IMAGE,
            deletion_protection=True,
            removal_policy=RemovalPolicy.RETAIN,
        )
