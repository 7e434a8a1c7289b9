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
        self.dead_letters = _fifo_queue(self, "Dead", "dead-jobs")
        dead_letter_queue = sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=MAX_ATTEMPTS)
        self.jobs = _fifo_queue(self, "Jobs", "jobs", dead_letter_queue)


def _fifo_queue(
    scope: Construct, id: str, name: str, dead_letter_queue: sqs.DeadLetterQueue | None = None
) -> sqs.Queue:
    """Return an encrypted FIFO queue that keeps messages for 14 days and requires TLS."""
    return sqs.Queue(
        scope,
        id,
        queue_name=f"{Stack.of(scope).stack_name}-{name}.fifo",
        fifo=True,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=Duration.days(14),
        dead_letter_queue=dead_letter_queue,
    )
