"""Queue of image events of factories: it holds bursts during outages, so that nothing is lost or registered twice.

Three ways in: a factory sends to the queue, puts the event on the bus, or stores it under inbox/ in the bucket.
"""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cdk.constructs.event_bus import FACTORY
from cdk.constructs.object_bucket import INBOX
from cdk.constructs.triggers import RETRIES, object_created_pattern

MAX_RECEIVES = 5


class IntakeQueue(Construct):
    """Standard, not FIFO: the image's digest and the event's id make the second of two do nothing."""

    def __init__(self, scope: Construct, id: str, factories: Sequence[str], unheard: sqs.Queue) -> None:
        super().__init__(scope, id)
        self._unheard = unheard
        self.dead_letters = standard_queue(self, "Dead")
        self.intake = standard_queue(
            self,
            "Intake",
            visibility_timeout=Duration.minutes(6),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=MAX_RECEIVES),
        )
        for arn in factories:
            self.intake.add_to_resource_policy(
                iam.PolicyStatement(
                    actions=["sqs:SendMessage"],
                    principals=[iam.ArnPrincipal(arn)],
                    resources=[self.intake.queue_arn],
                )
            )

    def receive_from(self, bus: events.IEventBus, bucket: s3.Bucket) -> None:
        """Route to the queue the factory's events of the bus, and S3's events of objects under inbox/."""
        detail = events.RuleTargetInput.from_event_path("$.detail")
        self._rule("FromFactories", events.EventPattern(source=[FACTORY]), bus=bus, message=detail)
        self._rule("FromInbox", object_created_pattern(bucket, INBOX))

    def _rule(
        self,
        id: str,
        pattern: events.EventPattern,
        bus: events.IEventBus | None = None,
        message: events.RuleTargetInput | None = None,
    ) -> None:
        """Add a rule. Its target allows this rule alone to send."""
        target = targets.SqsQueue(
            self.intake, message=message, retry_attempts=RETRIES, dead_letter_queue=self._unheard
        )
        events.Rule(self, id, event_bus=bus, event_pattern=pattern).add_target(target)


def standard_queue(
    scope: Construct,
    id: str,
    visibility_timeout: Duration | None = None,
    dead_letter_queue: sqs.DeadLetterQueue | None = None,
) -> sqs.Queue:
    """Return an encrypted standard queue that keeps messages for 14 days and requires TLS."""
    return sqs.Queue(
        scope,
        id,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=Duration.days(14),
        visibility_timeout=visibility_timeout,
        dead_letter_queue=dead_letter_queue,
    )
