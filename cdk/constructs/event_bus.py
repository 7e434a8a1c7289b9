"""The event bus: it announces that a stream has grown, and receives events of the factory."""

import json
from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_pipes as pipes
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cdk.constructs.event_table import HEADS_ONLY
from cdk.stage import Stage

SOURCE = "kenpin.events"
FACTORY = "kenpin.factory"
"""The name that factory systems give as the source of the image events that they put on the bus."""
APPENDED = "Appended"
DETAIL = '{"stream": <$.dynamodb.NewImage.stream.S>, "version": <$.dynamodb.NewImage.version.N>}'


class EventBus(Construct):
    """The table's stream bears two readers: the projector is one, a pipe to this bus is the other.

    A pipe asks the stream four times a second and shard, for money: a stage that sleeps has none, and its reactors
    read the stream themselves, as functions do for nothing.
    """

    def __init__(
        self, scope: Construct, id: str, table: dynamodb.Table, unheard: sqs.Queue, stage: Stage
    ) -> None:
        super().__init__(scope, id)
        self.bus = events.EventBus(self, "Bus", event_bus_name=stage.title)
        bus = self.bus.node.default_child
        assert isinstance(bus, events.CfnEventBus)
        self.by_name = events.EventBus.from_event_bus_name(self, "ByName", bus.attr_name)
        """For rules: moto does not resolve the name that the library would write."""
        archived = events.EventPattern(source=[SOURCE, FACTORY])
        self.bus.archive("Archive", event_pattern=archived, retention=Duration.days(90))
        self._allow_factories(stage.factory_principals)
        if not stage.sleeps:
            self._add_pipe(table, unheard, stage)

    def _allow_factories(self, factories: Sequence[str]) -> None:
        """Allow these principals, of other accounts too, to put events with the factory's source alone."""
        for number, arn in enumerate(factories):
            put = iam.PolicyStatement(
                sid=f"Factory{number}",
                actions=["events:PutEvents"],
                principals=[iam.ArnPrincipal(arn)],
                resources=[self.bus.event_bus_arn],
                conditions={"StringEquals": {"events:source": FACTORY}},
            )
            self.bus.add_to_resource_policy(put)

    def _add_pipe(self, table: dynamodb.Table, unheard: sqs.Queue, stage: Stage) -> None:
        role = iam.Role(self, "PipeRole", assumed_by=iam.ServicePrincipal("pipes.amazonaws.com"))
        table.grant_stream_read(role)
        role.add_to_policy(iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[unheard.queue_arn]))
        self.bus.grant_put_events_to(role)
        pipe = pipes.CfnPipe(
            self,
            "Pipe",
            name=stage.title,
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
