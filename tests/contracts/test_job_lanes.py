"""Lanes of a project: jobs of one lane never run at once; projects do not wait for each other."""

from threading import Barrier, Thread

import psycopg

from kenpin.adapters.postgres.connection import PostgresDatabase, create_schema
from kenpin.adapters.postgres.job_queue import PostgresJobQueue
from kenpin.domain.job import LANES, lane_of
from kenpin.ports import Delivery, Job, JobQueue
from tests.contracts.jobs import MakeQueue, job, taken


def in_hands(queue: JobQueue) -> list[Delivery]:
    """Receive every job that is ready now."""
    return list(iter(lambda: queue.receive(60), None))


def test_a_project_has_no_more_jobs_in_work_than_lanes_and_others_do_not_wait_for_it(queue: JobQueue) -> None:
    for n in range(8):
        queue.send(job(f"run-{n}@1", "bakery"))
    queue.send(job("run-x@1", "foundry"))
    first = in_hands(queue)
    assert [d.job.project for d in first].count("bakery") == LANES
    assert [d.job.job_id for d in first if d.job.project == "foundry"] == ["run-x@1"]
    for delivery in first:
        queue.done(delivery)
    assert len(in_hands(queue)) == LANES


def test_a_lane_waits_for_its_job_that_failed_until_that_is_tried_again(make_queue: MakeQueue) -> None:
    queue = make_queue(60)
    one, other = [n for n in range(9) if lane_of("bakery", f"run-{n}@1", LANES) == "bakery-0"][:2]
    for n in (one, other):
        queue.send(job(f"run-{n}@1", "bakery"))
    assert queue.failed(taken(queue), "out of memory", "")
    assert queue.receive(60) is None


def test_a_job_put_back_from_the_dead_waits_behind_those_who_came_meanwhile(queue: JobQueue) -> None:
    names = [name for n in range(9) if lane_of("bakery", name := f"run-{n}@1", LANES) == "bakery-1"][:2]
    queue.send(job(names[0], "bakery"))
    queue.failed(taken(queue), "bad weights", "", retry=False)
    queue.send(job(names[1], "bakery"))
    assert queue.redrive(names[0])
    assert [d.job.job_id for d in in_hands(queue)] == [names[1]]


def test_workers_that_ask_together_never_have_two_jobs_of_a_lane(queue: JobQueue) -> None:
    for n in range(6):
        queue.send(job(f"run-{n}@1", "bakery"))
    ready, got = Barrier(4), list[Delivery | None]()

    def work() -> None:
        ready.wait()
        got.append(queue.receive(60))

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    lanes = [lane_of("bakery", d.job.job_id, LANES) for d in got if d]
    assert len(lanes) == len(set(lanes)) >= 1


def test_a_job_of_no_project_has_no_lane_and_a_projects_lanes_are_few() -> None:
    assert lane_of("", "run-a@1", 2) is None
    assert {lane_of("bakery", f"run-{n}@1", 3) for n in range(50)} == {f"bakery-{n}" for n in range(3)}


def test_a_database_from_before_there_were_lanes_keeps_its_jobs(empty_database_url: str) -> None:
    create_schema(empty_database_url)
    with psycopg.connect(empty_database_url) as owner:
        owner.execute("alter table job_queue.jobs drop column lane, drop column project")
        owner.execute(
            "insert into job_queue.jobs (job_id, kind, subject, arguments) values ('r@1', 'train', 'r', '{}')"
        )
    create_schema(empty_database_url)
    database = PostgresDatabase(empty_database_url)
    assert taken(PostgresJobQueue(database)).job == Job("r@1", "train", "r", {})
    database.close()
