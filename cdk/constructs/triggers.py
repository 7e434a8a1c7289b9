"""Triggers of functions: the manifest's words as AWS resources."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jsii
from aws_cdk import Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cdk.constructs.event_bus import APPENDED, SOURCE
from cdk.constructs.event_table import heads
from cdk.stage import Stage
from functions.manifest import Function

RETRIES = 3
APPEND_GRANT = "events:append"
HOUR_S = 3_600


@dataclass(frozen=True)
class Triggers:
    table: dynamodb.Table
    bucket: s3.Bucket
    bus: events.IEventBus
    queues: Mapping[str, sqs.Queue]
    """By the name that the manifest has for them."""
    unheard: sqs.Queue
    """The queue for all that could not be delivered."""
    stage: Stage

    def wire(self, scope: Construct, function: Function, target: lambda_.Function) -> None:
        """Add the triggers of a function. Projections read the table's stream in batches, reactors the bus.

        Where there is no pipe to the bus, reactors read the stream too.
        """
        if function.woken_by_events and not self._hears_bus(function):
            self._add_stream_trigger(function, target)
        if self._hears_bus(function):
            self._add_rule(
                scope,
                f"{function.name}-on-append",
                target,
                appended_pattern(function.of_streams),
                bus=self.bus,
            )
        if function.every_seconds:
            self._add_schedule(scope, function, target)
        if function.woken_by_objects:
            self._add_object_trigger(scope, function, target)
        if function.woken_by_queue:
            self._add_queue_trigger(scope, function, target)
        if function.woken_by_stopped_tasks:
            self._add_stopped_task_trigger(scope, function, target)
        if self._is_called_asynchronously(function):
            self._send_failures_to_queue(scope, function, target)

    def _hears_bus(self, function: Function) -> bool:
        return function.woken_by_events and APPEND_GRANT in function.may and not self.stage.sleeps

    def _is_called_asynchronously(self, function: Function) -> bool:
        """Return True when a rule or a schedule calls the function: they do not wait for the answer."""
        by_rule = self._hears_bus(function) or function.woken_by_objects or function.woken_by_stopped_tasks
        return bool(by_rule or function.every_seconds)

    def _add_stream_trigger(self, function: Function, target: lambda_.Function) -> None:
        target.add_event_source(
            sources.DynamoEventSource(
                self.table,
                starting_position=lambda_.StartingPosition.TRIM_HORIZON,
                batch_size=100,
                bisect_batch_on_error=True,
                report_batch_item_failures=True,
                retry_attempts=RETRIES,
                on_failure=StreamDeadLetterQueue(self.unheard),
                filters=[{"pattern": json.dumps(heads(function.of_streams))}],
            )
        )

    def _add_queue_trigger(self, scope: Construct, function: Function, target: lambda_.Function) -> None:
        """Add the mapping and its three rights; the library's shorthand would grant two more."""
        queue = self.queues[function.woken_by_queue]
        read = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
        target.add_to_role_policy(iam.PolicyStatement(actions=[*read], resources=[queue.queue_arn]))
        lambda_.EventSourceMapping(
            scope,
            f"{function.name}-on-message",
            target=target,
            event_source_arn=queue.queue_arn,
            batch_size=10,
            max_concurrency=self.stage.intake_concurrency,
            report_batch_item_failures=True,
        )

    def _add_schedule(self, scope: Construct, function: Function, target: lambda_.Function) -> None:
        this_account = {"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}}
        role = iam.Role(
            scope,
            f"{function.name}-clock-role",
            assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com", conditions=this_account),
        )
        for action, arn in (
            ("lambda:InvokeFunction", target.function_arn),
            ("sqs:SendMessage", self.unheard.queue_arn),
        ):
            role.add_to_policy(iam.PolicyStatement(actions=[action], resources=[arn]))
        max_age_s = min(HOUR_S, max(60, function.every_seconds))
        every = scheduler.ScheduleExpression.rate(Duration.seconds(function.every_seconds))
        schedule = scheduler.CfnSchedule(
            scope,
            f"{function.name}-clock",
            schedule_expression=every.expression_string,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=target.function_arn,
                role_arn=role.role_arn,
                input=json.dumps({"clock": function.name}),
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(arn=self.unheard.queue_arn),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=max_age_s, maximum_retry_attempts=RETRIES
                ),
            ),
        )
        schedule.node.add_dependency(role)

    def _add_object_trigger(self, scope: Construct, function: Function, target: lambda_.Function) -> None:
        """Pass on the events of S3 on the default bus, in the form in which S3 calls a function directly."""
        key = events.EventField.from_path("$.detail.object.key")
        records = events.RuleTargetInput.from_object({"Records": [{"s3": {"object": {"key": key}}}]})
        stored = object_created_pattern(self.bucket, function.woken_by_objects)
        self._add_rule(scope, f"{function.name}-on-object", target, stored, event=records)

    def _add_stopped_task_trigger(
        self, scope: Construct, function: Function, target: lambda_.Function
    ) -> None:
        cluster = Stack.of(scope).format_arn(
            service="ecs", resource="cluster", resource_name=self.stage.title
        )
        stopped = events.EventPattern(
            source=["aws.ecs"],
            detail_type=["ECS Task State Change"],
            detail={"clusterArn": [cluster], "lastStatus": ["STOPPED"]},
        )
        self._add_rule(scope, f"{function.name}-on-stopped-task", target, stopped)

    def _add_rule(
        self,
        scope: Construct,
        id: str,
        target: lambda_.Function,
        pattern: events.EventPattern,
        *,
        bus: events.IEventBus | None = None,
        event: events.RuleTargetInput | None = None,
    ) -> None:
        events.Rule(scope, id, event_bus=bus, event_pattern=pattern).add_target(
            targets.LambdaFunction(
                target, event=event, retry_attempts=RETRIES, dead_letter_queue=self.unheard
            )
        )

    def _send_failures_to_queue(self, scope: Construct, function: Function, target: lambda_.Function) -> None:
        """Send calls that failed to the queue. The library's own option would grant more rights."""
        arn = self.unheard.queue_arn
        target.add_to_role_policy(iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[arn]))
        lambda_.CfnEventInvokeConfig(
            scope,
            f"{function.name}-unfinished",
            function_name=target.function_name,
            qualifier="$LATEST",
            maximum_retry_attempts=2,
            destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
                on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(destination=arn)
            ),
        )


@jsii.implements(lambda_.IEventSourceDlq)
class StreamDeadLetterQueue:
    """Destination of stream records after the last retry; the library's class would grant two rights more."""

    def __init__(self, queue: sqs.Queue) -> None:
        self._arn = queue.queue_arn

    def bind(
        self, target: lambda_.IEventSourceMapping, target_handler: lambda_.IFunction
    ) -> lambda_.DlqDestinationConfig:
        target_handler.add_to_role_policy(
            iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[self._arn])
        )
        return lambda_.DlqDestinationConfig(destination=self._arn)


def appended_pattern(prefixes: Sequence[str]) -> events.EventPattern:
    """Return the pattern of the pipe's messages for streams with these prefixes; others cause no call."""
    detail = {"stream": [{"prefix": prefix} for prefix in prefixes]} if prefixes else None
    return events.EventPattern(source=[SOURCE], detail_type=[APPENDED], detail=detail)


def object_created_pattern(bucket: s3.Bucket, prefix: str) -> events.EventPattern:
    """Return the pattern of S3's events about objects stored under `prefix`."""
    return events.EventPattern(
        source=["aws.s3"],
        detail_type=["Object Created"],
        detail={
            "bucket": {"name": [bucket.bucket_name]},
            "object": {"key": [{"prefix": prefix}]},
        },
    )
