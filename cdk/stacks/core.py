"""Stack of the core: event table, bucket, queues, bus and functions."""

from collections.abc import Sequence

from aws_cdk import CfnOutput, RemovalPolicy, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from cdk.constructs.anchor_bucket import AnchorBucket
from cdk.constructs.catch_up import CatchUp
from cdk.constructs.event_bus import EventBus
from cdk.constructs.event_table import EventTable
from cdk.constructs.functions import Functions
from cdk.constructs.grants import Resources, every_object
from cdk.constructs.intake_queue import IntakeQueue, standard_queue
from cdk.constructs.job_queue import TrainingQueue
from cdk.constructs.nag_reasons import WITHOUT_RESOURCE, acknowledge
from cdk.constructs.object_bucket import ObjectBucket
from cdk.constructs.triggers import Triggers
from cdk.stage import Stage
from functions.manifest import FUNCTIONS, Function

REASONS = {
    "S1": "S3 data events in CloudTrail say more than access logs do; they belong to the account.",
    "SQS3": "The queue of what could not be delivered is where failures end.",
    "IAM5[Resource::*]": "; ".join(f"{action} {why}" for action, why in WITHOUT_RESOURCE.items()),
    **every_object("<ObjectBucketObjectsD7570526.Arn>"),
}

ANCHORS = "Signed heads of streams: each day another name."


class CoreStack(Stack):
    """Deployed after the data stack, of which it knows no more than what stands in SSM."""

    def __init__(
        self, scope: Construct, id: str, stage: Stage, manifest: Sequence[Function] = FUNCTIONS
    ) -> None:
        super().__init__(scope, id, description="Kenpin: events, objects, jobs and functions")
        self.table = EventTable(self, "EventTable", stage).table
        self.bucket = ObjectBucket(self, "ObjectBucket", stage.public_url).bucket
        self.anchors = AnchorBucket(self, "AnchorBucket", stage.anchor_days).bucket
        jobs = TrainingQueue(self, "JobQueue")
        self.jobs, self.dead_jobs = jobs.jobs, jobs.dead_letters
        self.unheard = standard_queue(self, "Unheard")
        bus = EventBus(self, "EventBus", self.table, self.unheard, stage)
        self.bus = bus.bus
        intake = IntakeQueue(self, "IntakeQueue", stage.factory_principals, self.unheard)
        intake.receive_from(bus.by_name, self.bucket)
        self.intake, self.dead_intake = intake.intake, intake.dead_letters
        self.anchor_key = kms.Key(
            self,
            "AnchorKey",
            alias=f"{stage.title}-anchors",
            description="Signs the heads of streams, so that a history rewritten as a whole is found",
            key_spec=kms.KeySpec.ECC_NIST_EDWARDS25519,
            key_usage=kms.KeyUsage.SIGN_VERIFY,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        triggers = Triggers(
            self.table, self.bucket, bus.by_name, {"intake": self.intake}, self.unheard, stage
        )
        self.resources = self._resources(stage)
        functions = Functions(self, "Functions", manifest, self.resources, triggers, stage)
        self.functions = functions.by_name
        self._name_code(stage, functions.code)
        catch_up = CatchUp(
            self, "CatchUp", self.functions["sweeper"], self.functions["rebuild"], stage
        ).machine
        for name, value in {
            "IntakeQueueUrl": self.intake.queue_url,
            "BusArn": self.bus.event_bus_arn,
            "BucketName": self.bucket.bucket_name,
            "AnchorBucketName": self.anchors.bucket_name,
            "EventTableName": self.table.table_name,
            "CatchUpArn": catch_up.state_machine_arn,
        }.items():
            CfnOutput(self, name, value=value)  # what factories send to, and people start
        mirror = f"arn:<AWS::Partition>:s3:::{stage.anchor_mirror.removeprefix('s3://').strip('/')}"
        objects = [f"<{self._anchors_id()}.Arn>/anchors", *([mirror] if stage.anchor_mirror else [])]
        acknowledge(self, {**REASONS, **{f"IAM5[Resource::{each}/*]": ANCHORS for each in objects}})

    def _anchors_id(self) -> str:
        native = self.anchors.node.default_child
        assert isinstance(native, s3.CfnBucket)
        return Stack.of(self).resolve(native.logical_id)  # type: ignore[no-any-return]

    def _name_code(self, stage: Stage, code: str) -> None:
        """Tell the stack that is deployed last what drops the rows of other code, and which code this is."""
        layouts = self.functions["layouts"].function_arn
        for name, value in {"code": code, "layouts-function": layouts}.items():
            ssm.StringParameter(self, name, parameter_name=stage.parameter(name), string_value=value)

    def _resources(self, stage: Stage) -> Resources:
        return Resources(
            self.table,
            self.bucket,
            self.anchors,
            self.jobs,
            self.dead_jobs,
            self.intake,
            self.dead_intake,
            self.unheard,
            self.anchor_key,
            stage.tenant,
            stage.anchor_mirror,
            stage.tsa_url,
        )
