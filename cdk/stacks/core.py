"""The core of Kenpin in an AWS account: what keeps the truth, what carries work, and the functions."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cdk.constructs.event_bus import EventBus
from cdk.constructs.event_table import EventTable
from cdk.constructs.functions import Functions
from cdk.constructs.grants import Resources
from cdk.constructs.job_queue import JobQueue
from cdk.constructs.object_bucket import ObjectBucket
from cdk.constructs.reasons import acknowledge
from cdk.stage import Stage

REASONS = {
    "S1": "S3 data events in CloudTrail say more than access logs do; they belong to the account.",
    "SQS3": "The queue of what could not be delivered is where failures end.",
    "IAM5[Resource::*]": "ListStreams names no table; it is what the library grants to read a stream.",
    "IAM5[Resource::<ObjectBucketObjectsD7570526.Arn>/*]": "Every object of the one bucket.",
}


class CoreStack(Stack):
    def __init__(self, scope: Construct, id: str, stage: Stage) -> None:
        super().__init__(scope, id, description="Kenpin: events, objects, jobs and functions")
        self.table = EventTable(self, "EventTable").table
        self.bucket = ObjectBucket(self, "ObjectBucket", stage.public_url).bucket
        queue = JobQueue(self, "JobQueue")
        self.jobs, self.dead_jobs = queue.jobs, queue.dead_letters
        self.unheard = sqs.Queue(self, "Unheard", enforce_ssl=True, retention_period=Duration.days(14))
        bus = EventBus(self, "EventBus", self.table, self.unheard)
        self.bus = bus.bus
        resources = Resources(self.table, self.bucket, self.jobs, self.dead_jobs)
        self.functions = Functions(self, "Functions", resources, bus.name, self.unheard, stage).by_name
        acknowledge(self, REASONS)
