"""The functions of the manifest: each with a role, a log and a wake-up of its own."""

import json

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cdk.constructs.code import RUNTIME, Code
from cdk.constructs.event_bus import APPENDED, SOURCE
from cdk.constructs.event_table import HEADS_ONLY
from cdk.constructs.grants import Resources
from cdk.stage import Stage
from functions.manifest import FUNCTIONS, Function

RETRIES = 3
ACT = "events:append"


class Functions(Construct):
    def __init__(
        self, scope: Construct, id: str, resources: Resources, bus_name: str, unheard: sqs.Queue, stage: Stage
    ) -> None:
        super().__init__(scope, id)
        self._resources, self._unheard, self._stage = resources, unheard, stage
        self._bus = events.EventBus.from_event_bus_name(self, "Bus", bus_name)
        self._code = Code(self, "Code")
        self._environment = {
            "KENPIN_BASE": "aws",
            "KENPIN_TENANT": stage.tenant,
            "KENPIN_EVENT_TABLE": resources.table.table_name,
            "KENPIN_BUCKET": resources.bucket.bucket_name,
            "KENPIN_QUEUE_URL": resources.jobs.queue_url,
            "KENPIN_DEAD_LETTER_URL": resources.dead_letters.queue_url,
        }
        self.by_name = {function.name: self._add(function) for function in FUNCTIONS}
        for function in FUNCTIONS:
            self._wake(function, self.by_name[function.name])

    def _add(self, function: Function) -> lambda_.Function:
        log_group = logs.LogGroup(
            self,
            f"{function.name}-log",
            retention=self._stage.keeps_logs,
            removal_policy=RemovalPolicy.DESTROY,
        )
        role = iam.Role(
            self, f"{function.name}-role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")
        )
        log_group.grant_write(role)
        for statement in self._resources.statements(function.may):
            role.add_to_policy(statement)
        return lambda_.Function(
            self,
            function.name,
            description=function.does,
            runtime=RUNTIME,
            architecture=lambda_.Architecture.ARM_64,
            code=self._code.handlers,
            layers=list(self._code.layers),
            handler=f"{function.handler}.handler",
            role=role,
            log_group=log_group,
            timeout=Duration.seconds(function.timeout_seconds),
            memory_size=function.memory_mb,
            environment=self._environment,
        )

    def _wake(self, function: Function, target: lambda_.Function) -> None:
        """Who only follows the events reads the table's stream, in batches; who acts on them hears the bus."""
        if function.woken_by_events and ACT not in function.may:
            self._wake_by_stream(target)
        if function.woken_by_events and ACT in function.may:
            appended = events.EventPattern(source=[SOURCE], detail_type=[APPENDED])
            rule = events.Rule(
                self, f"{function.name}-on-append", event_bus=self._bus, event_pattern=appended
            )
            self._target(rule, target)
        if function.every_seconds:
            every = events.Schedule.rate(Duration.seconds(function.every_seconds))
            self._target(events.Rule(self, f"{function.name}-clock", schedule=every), target)
        if function.woken_by_objects:
            self._wake_by_objects(function, target)

    def _wake_by_stream(self, target: lambda_.Function) -> None:
        target.add_event_source(
            sources.DynamoEventSource(
                self._resources.table,
                starting_position=lambda_.StartingPosition.TRIM_HORIZON,
                batch_size=100,
                bisect_batch_on_error=True,
                report_batch_item_failures=True,
                retry_attempts=RETRIES,
                on_failure=sources.SqsDlq(self._unheard),
                filters=[{"pattern": json.dumps(HEADS_ONLY)}],
            )
        )

    def _wake_by_objects(self, function: Function, target: lambda_.Function) -> None:
        """What S3 tells the account's default bus, in the form that S3 tells a function directly."""
        key = events.EventField.from_path("$.detail.object.key")
        stored = events.EventPattern(
            source=["aws.s3"],
            detail_type=["Object Created"],
            detail={
                "bucket": {"name": [self._resources.bucket.bucket_name]},
                "object": {"key": [{"prefix": function.woken_by_objects}]},
            },
        )
        records = events.RuleTargetInput.from_object({"Records": [{"s3": {"object": {"key": key}}}]})
        self._target(events.Rule(self, f"{function.name}-on-object", event_pattern=stored), target, records)

    def _target(
        self, rule: events.Rule, target: lambda_.Function, event: events.RuleTargetInput | None = None
    ) -> None:
        target.configure_async_invoke(on_failure=destinations.SqsDestination(self._unheard), retry_attempts=2)
        rule.add_target(
            targets.LambdaFunction(
                target, event=event, retry_attempts=RETRIES, dead_letter_queue=self._unheard
            )
        )
