"""Training jobs: a FIFO queue, so that a job sent twice comes once, and its dead letters."""

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

MAX_ATTEMPTS = 3
"""As in kenpin.domain.job; a test compares them."""


class JobQueue(Construct):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.dead_letters = sqs.Queue(
            self, "Dead", fifo=True, enforce_ssl=True, retention_period=Duration.days(14)
        )
        self.jobs = sqs.Queue(
            self,
            "Jobs",
            fifo=True,
            enforce_ssl=True,
            retention_period=Duration.days(14),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=MAX_ATTEMPTS),
        )
