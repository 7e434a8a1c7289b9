"""The bus that tells who listens, inside and outside, that a stream has grown."""

import json

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_pipes as pipes
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cdk.constructs.event_table import HEADS_ONLY

SOURCE = "kenpin.events"
APPENDED = "Appended"
DETAIL = '{"stream": <$.dynamodb.NewImage.stream.S>, "version": <$.dynamodb.NewImage.version.N>}'


class EventBus(Construct):
    """The table's stream bears two readers: the projector is one, a pipe to this bus is the other."""

    def __init__(self, scope: Construct, id: str, table: dynamodb.Table, unheard: sqs.Queue) -> None:
        super().__init__(scope, id)
        self.bus = events.EventBus(self, "Bus")
        bus = self.bus.node.default_child
        assert isinstance(bus, events.CfnEventBus)
        self.name = bus.attr_name
        self.bus.archive(
            "Archive", event_pattern=events.EventPattern(source=[SOURCE]), retention=Duration.days(90)
        )
        self._pipe(table, unheard)

    def _pipe(self, table: dynamodb.Table, unheard: sqs.Queue) -> None:
        role = iam.Role(self, "PipeRole", assumed_by=iam.ServicePrincipal("pipes.amazonaws.com"))
        table.grant_stream_read(role)
        unheard.grant_send_messages(role)
        self.bus.grant_put_events_to(role)
        pipe = pipes.CfnPipe(
            self,
            "Pipe",
            role_arn=role.role_arn,
            source=str(table.table_stream_arn),
            source_parameters=pipes.CfnPipe.PipeSourceParametersProperty(
                filter_criteria=pipes.CfnPipe.FilterCriteriaProperty(
                    filters=[pipes.CfnPipe.FilterProperty(pattern=json.dumps(HEADS_ONLY))]
                ),
                dynamo_db_stream_parameters=pipes.CfnPipe.PipeSourceDynamoDBStreamParametersProperty(
                    starting_position="TRIM_HORIZON",
                    batch_size=10,
                    maximum_retry_attempts=3,
                    on_partial_batch_item_failure="AUTOMATIC_BISECT",
                    dead_letter_config=pipes.CfnPipe.DeadLetterConfigProperty(arn=unheard.queue_arn),
                ),
            ),
            target=self.bus.event_bus_arn,
            target_parameters=pipes.CfnPipe.PipeTargetParametersProperty(
                input_template=DETAIL,
                event_bridge_event_bus_parameters=(
                    pipes.CfnPipe.PipeTargetEventBridgeEventBusParametersProperty(
                        source=SOURCE, detail_type=APPENDED
                    )
                ),
            ),
        )
        pipe.node.add_dependency(role)
