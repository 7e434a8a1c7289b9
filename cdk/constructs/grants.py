"""Grants of the manifest in AWS: named actions on named resources."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Aws
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs

from functions.manifest import Grant

OBJECTS = {
    "backbones": "networks that projects registered",
    "checkpoints": "where a run has got to",
    "export-requests": "exports that somebody asked for",
    "exports": "exported datasets",
    "images": "images and masks",
    "inbox": "files of factories",
    "marks": "heads at which a clock found nothing to do",
    "models": "what runs have learnt",
    "predictions": "scores of a run",
    "renditions": "pictures for browsers",
    "segments": "sealed history",
    "snapshots": "folded datasets",
    "thumbnails": "small pictures",
    "uploads": "what a project was sent",
}
"""Kinds of objects in the bucket, by the first part of the name."""

REPORTED = ("run", "dataset", "model")
"""Categories of the streams that a training task appends to."""


def every_object(bucket: str) -> dict[str, str]:
    """Return the reasons for breaking IAM5 on the bucket: object names are not known in advance."""
    return {
        f"IAM5[Resource::{bucket}/{kind}/*]": f"Objects of one kind: {what}."
        for kind, what in OBJECTS.items()
    }


@dataclass(frozen=True)
class Resources:
    """Resources that a function may get rights on."""

    table: dynamodb.Table
    bucket: s3.Bucket
    anchors: s3.Bucket
    jobs: sqs.Queue
    dead_letters: sqs.Queue
    intake: sqs.Queue
    dead_intake: sqs.Queue
    unheard: sqs.Queue
    anchor_key: kms.Key
    tenant: str
    anchor_mirror: str
    """s3://bucket/prefix, or empty"""
    tsa_url: str

    def environment(self) -> dict[str, str]:
        """Return the resources' names as kenpin/settings.py reads them."""
        return {
            "KENPIN_BASE": "aws",
            "KENPIN_EVENT_TABLE": self.table.table_name,
            "KENPIN_BUCKET": self.bucket.bucket_name,
            "KENPIN_ANCHOR_BUCKET": self.anchors.bucket_name,
            "KENPIN_QUEUE_URL": self.jobs.queue_url,
            "KENPIN_DEAD_LETTER_URL": self.dead_letters.queue_url,
            "KENPIN_INTAKE_QUEUE_URL": self.intake.queue_url,
            "KENPIN_DEAD_INTAKE_URL": self.dead_intake.queue_url,
            "KENPIN_UNHEARD_URL": self.unheard.queue_url,
        }

    def environment_of(self, grants: Sequence[Grant]) -> dict[str, str]:
        """Return the settings that depend on grants: only a function that may sign gets the key's name."""
        if "anchors:sign" not in grants:
            return {}
        return {
            "KENPIN_ANCHOR_KEY": self.anchor_key.key_arn,
            "KENPIN_ANCHOR_MIRROR": self.anchor_mirror,
            "KENPIN_TSA_URL": self.tsa_url,
        }

    def statements(self, grants: Sequence[Grant]) -> list[iam.PolicyStatement]:
        statements = [statement for grant in grants for statement in self._statements(grant)]
        if {"jobs:read", "jobs:send"} <= set(grants):  # to put a dead job back
            statements.append(allow(self.dead_letters.queue_arn, "sqs:DeleteMessage"))
        return statements

    def _statements(self, grant: Grant) -> list[iam.PolicyStatement]:
        table, bucket = self.table.table_arn, self.bucket.bucket_arn
        jobs, dead = self.jobs.queue_arn, self.dead_letters.queue_arn
        match grant:
            case "events:read":
                return [allow(table, "dynamodb:Query"), allow(f"{bucket}/segments/*", "s3:GetObject")]
            case "events:list":  # the heads of all streams
                return [allow(table, "dynamodb:BatchGetItem", "dynamodb:Query")]
            case "events:heads":  # of all streams, and the revisions of images
                return [allow(table, "dynamodb:BatchGetItem", "dynamodb:GetItem")]
            case "events:append":
                return [allow(table, "dynamodb:GetItem", "dynamodb:PutItem")]
            case "events:report":  # of runs, models and datasets, which jobs report to: no history of others
                return [allow(table, "dynamodb:GetItem"), self._reporting(table)]
            case "events:seal":
                items = ("dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:Query")
                return [allow(table, *items), allow(f"{bucket}/segments/*", "s3:PutObject")]
            case "jobs:send":
                return [allow(jobs, "sqs:SendMessage")]
            case "jobs:count":
                return [allow(queue, "sqs:GetQueueAttributes") for queue in (jobs, dead)]
            case "jobs:read":
                return [allow(dead, "sqs:ChangeMessageVisibility", "sqs:ReceiveMessage")]
            case "intake:read":
                look = ("sqs:ChangeMessageVisibility", "sqs:ReceiveMessage")
                return [allow(queue.queue_arn, *look) for queue in (self.dead_intake, self.unheard)]
            case "intake:redrive":
                return [
                    allow(queue.queue_arn, "sqs:DeleteMessage") for queue in (self.dead_intake, self.unheard)
                ]
            case "jobs:work":
                take = ("sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage")
                return [allow(jobs, *take), allow(dead, "sqs:SendMessage")]
            case "anchors:sign":
                return [allow(self.anchor_key.key_arn, "kms:GetPublicKey", "kms:Sign"), *self._mirroring()]
            case "rows:read" | "rows:write" | "rows:own":
                return []  # a login of the database, which its network brings: see DatabaseNetwork
            case _:
                return self._objects(*grant.split(":"))

    def _mirroring(self) -> list[iam.PolicyStatement]:
        """Allow to add to the mirror of anchors; its owner must allow it, too."""
        if not self.anchor_mirror:
            return []
        place = self.anchor_mirror.removeprefix("s3://").strip("/")
        arn = f"arn:{Aws.PARTITION}:s3:::"
        return [
            allow(f"{arn}{place}/*", "s3:GetObject", "s3:PutObject"),
            allow(f"{arn}{place.partition('/')[0]}", "s3:ListBucket"),
        ]

    def _reporting(self, table: str) -> iam.PolicyStatement:
        streams = [f"{self.tenant}#{category}-*" for category in REPORTED]
        return iam.PolicyStatement(
            actions=["dynamodb:PutItem"],
            resources=[table],
            conditions={
                "ForAllValues:StringLike": {"dynamodb:LeadingKeys": streams},
                "Null": {"dynamodb:LeadingKeys": "false"},
            },
        )

    def _objects(self, kind: str, verb: str) -> list[iam.PolicyStatement]:
        """Without the right to list, S3 answers 403 for what is not there."""
        bucket = (self.anchors if kind == "anchors" else self.bucket).bucket_arn
        objects = f"{bucket}/{kind}/*"
        if verb == "erase":  # every version of it, and to find these
            return [allow(objects, "s3:DeleteObjectVersion"), allow(bucket, "s3:ListBucketVersions")]
        if verb == "write":
            return [allow(objects, "s3:PutObject")]
        return [allow(objects, "s3:GetObject"), allow(bucket, "s3:ListBucket")]


def allow(resource: str, *actions: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=[resource])
