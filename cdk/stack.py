"""The core of Kenpin in an AWS account: what keeps the truth, what carries work, and the functions."""

from aws_cdk import Acknowledgment, Duration, Stack, Validations
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cdk.constructs.event_bus import EventBus
from cdk.constructs.event_table import EventTable
from cdk.constructs.functions import Functions
from cdk.constructs.grants import Resources
from cdk.constructs.job_queue import JobQueue
from cdk.constructs.object_bucket import ObjectBucket

ACKNOWLEDGED = {
    "S1": "S3 data events in CloudTrail say more than access logs do; they belong to the account.",
    "SQS3": "The queue of what could not be delivered is where failures end.",
    "IAM5[Resource::*]": "ListStreams names no table; it is what the library grants to read a stream.",
    "IAM5[Resource::<ObjectBucketObjectsD7570526.Arn>/*]": "Every object of the one bucket.",
}
"""Rules of cdk-nag's AwsSolutions that this stack breaks, and why."""


class CoreStack(Stack):
    def __init__(self, scope: Construct, id: str, *, public_url: str, tenant: str) -> None:
        super().__init__(scope, id, description="Kenpin: events, objects, jobs and functions")
        events = EventTable(self, "EventTable")
        objects = ObjectBucket(self, "ObjectBucket", public_url)
        queue = JobQueue(self, "JobQueue")
        unheard = sqs.Queue(self, "Unheard", enforce_ssl=True, retention_period=Duration.days(14))
        bus = EventBus(self, "EventBus", events.table, unheard)
        dead_intake = sqs.Queue(self, "DeadIntake", enforce_ssl=True, retention_period=Duration.days(14))
        resources = Resources(
            events.table, objects.bucket, queue.jobs, queue.dead_letters, dead_intake, unheard
        )
        Functions(self, "Functions", resources, bus.name, unheard, tenant)
        Validations.of(self).acknowledge(
            *(
                Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=reason)
                for rule, reason in ACKNOWLEDGED.items()
            )
        )
