"""Leases in PostgreSQL count only while the server is up, when workers can renew them."""

from collections.abc import Callable

import psycopg
import pytest

from kenpin.adapters.postgres.connection import create_schema
from kenpin.adapters.postgres.job_queue import PostgresJobQueue
from kenpin.domain.job import MAX_ATTEMPTS
from kenpin.ports import QueueDepth
from tests.contracts.jobs import job, taken

RAN_OUT = "update job_queue.jobs set visible_at = now() - interval '1 second'"
A_DAY_S = 86_400
"""Longer than the server of the tests has been up."""


@pytest.fixture
def queue(postgres_job_queue: Callable[..., PostgresJobQueue]) -> PostgresJobQueue:
    return postgres_job_queue(0, lanes=1)


def execute(url: str, sql: str) -> None:
    with psycopg.connect(url) as owner:
        owner.execute(sql)


def test_a_lease_that_ran_out_while_the_server_was_away_begins_again_with_it(
    queue: PostgresJobQueue, postgres_url: str
) -> None:
    queue.send(job())
    for _ in range(MAX_ATTEMPTS - 1):
        queue.failed(taken(queue), "killed", "")
    last = taken(queue, visibility_s=A_DAY_S)
    execute(postgres_url, RAN_OUT)
    assert queue.receive(60) is None
    assert queue.depth() == QueueDepth(0, 1, 0)
    assert queue.extend(last, 60)


def test_a_lane_is_not_free_meanwhile(queue: PostgresJobQueue, postgres_url: str) -> None:
    queue.send(job("run-a@1", "bakery"))
    queue.send(job("run-b@1", "bakery"))
    taken(queue, visibility_s=A_DAY_S)
    execute(postgres_url, RAN_OUT)
    assert queue.receive(60) is None


def test_when_the_server_has_been_there_for_as_long_as_the_lease_it_is_over(
    queue: PostgresJobQueue, postgres_url: str
) -> None:
    queue.send(job())
    taken(queue, visibility_s=0)
    execute(postgres_url, RAN_OUT)
    assert taken(queue).attempt == 2


def test_a_database_from_before_there_were_leases_keeps_its_jobs(
    queue: PostgresJobQueue, postgres_url: str
) -> None:
    queue.send(job())
    held = taken(queue)
    execute(postgres_url, "alter table job_queue.jobs drop column lease")
    create_schema(postgres_url)
    assert queue.receive(60) is None
    execute(postgres_url, RAN_OUT)
    assert taken(queue).attempt == 2
    assert not queue.extend(held, 60)
