"""Queue of training jobs: FIFO, so that a job sent twice comes once, with a queue of dead letters.

A message group is a lane of a project, so that one project cannot take every machine.
"""

from aws_cdk import Duration, Stack
from aws_cdk import aws_sqs as sqs
from constructs import Construct

MAX_ATTEMPTS = 3
"""As in kenpin.domain.job; a test compares them."""


class TrainingQueue(Construct):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        stack = Stack.of(self).stack_name
        self.dead_letters = sqs.Queue(
            self,
            "Dead",
            queue_name=f"{stack}-dead-jobs.fifo",
            fifo=True,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        self.jobs = sqs.Queue(
            self,
            "Jobs",
            queue_name=f"{stack}-jobs.fifo",
            fifo=True,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=MAX_ATTEMPTS),
        )
