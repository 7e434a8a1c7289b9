"""Job queues of every adapter, and the job that tests send."""

from collections.abc import Callable

import pytest

from kenpin.adapters.memory.job_queue import MemoryJobQueue
from kenpin.ports import Delivery, Job, JobQueue

MakeQueue = Callable[[float], JobQueue]
"""Makes an empty queue; the argument is the first pause before a retry, in seconds."""

QUEUES = ["memory", "postgres", "sqs"]
"""Each but memory has a fixture `<name>_job_queue` that gives a MakeQueue."""


@pytest.fixture(params=QUEUES)
def make_queue(request: pytest.FixtureRequest) -> MakeQueue:
    if request.param == "memory":
        return MemoryJobQueue
    fixture: MakeQueue = request.getfixturevalue(f"{request.param}_job_queue")
    return fixture


@pytest.fixture
def queue(make_queue: MakeQueue) -> JobQueue:
    return make_queue(0)


def job(name: str = "run-a@1", project: str = "") -> Job:
    arguments: dict[str, str | int | None] = {"recipe": "probe", "seed": 7, "parent": None}
    return Job(name, "train", "a", arguments, "c1", project, f"00-{'a' * 32}-{'b' * 16}-01")


def taken(queue: JobQueue, visibility_s: int = 60) -> Delivery:
    delivery = queue.receive(visibility_s)
    assert delivery is not None
    return delivery
