"""The contract of every job queue."""

from collections.abc import Callable
from datetime import datetime
from threading import Barrier, Thread

import pytest

from kenpin.adapters.aws.job_queue import SqsJobQueue
from kenpin.domain.job import DIED_SILENTLY, MAX_ATTEMPTS, PAUSE_S, pause_before_retry
from kenpin.ports import JobQueue, QueueDepth
from tests.contracts.jobs import MakeQueue, job, taken


def test_an_empty_queue_gives_nothing(queue: JobQueue) -> None:
    assert queue.receive(60) is None
    assert queue.depth() == QueueDepth(0, 0, 0)
    assert list(queue.dead()) == []


def test_a_job_comes_as_it_was_sent(queue: JobQueue) -> None:
    queue.send(job())
    delivery = taken(queue)
    assert (delivery.job, delivery.attempt) == (job(), 1)


def test_jobs_come_oldest_first(queue: JobQueue) -> None:
    for name in ("c", "a", "b"):
        queue.send(job(name))
    assert [taken(queue).job.job_id for _ in range(3)] == ["c", "a", "b"]


def test_a_job_sent_twice_comes_once(queue: JobQueue) -> None:
    queue.send(job())
    queue.send(job())
    taken(queue)
    assert queue.receive(60) is None


def test_a_done_job_does_not_come_again_even_when_sent_again(queue: JobQueue) -> None:
    queue.send(job())
    queue.done(taken(queue))
    queue.send(job())
    assert queue.receive(60) is None
    assert queue.depth() == QueueDepth(0, 0, 0)


def test_a_job_in_somebodys_hands_is_not_given_to_others(queue: JobQueue) -> None:
    queue.send(job())
    taken(queue)
    assert queue.receive(60) is None
    assert queue.depth() == QueueDepth(0, 1, 0)


def test_a_job_whose_worker_vanished_comes_again(queue: JobQueue) -> None:
    queue.send(job())
    first = taken(queue, visibility_s=0)
    second = taken(queue)
    assert (second.job, second.attempt) == (job(), 2)
    assert second.receipt != first.receipt


def test_a_heartbeat_keeps_the_job(queue: JobQueue) -> None:
    queue.send(job())
    delivery = taken(queue, visibility_s=1)
    assert queue.extend(delivery, 60)
    assert queue.depth() == QueueDepth(0, 1, 0)


def test_a_lost_claim_is_noticed_at_the_next_heartbeat_and_changes_nothing(queue: JobQueue) -> None:
    queue.send(job())
    lost = taken(queue, visibility_s=0)
    taken(queue)
    assert not queue.extend(lost, 60)
    assert queue.failed(lost, "too late", "")
    queue.done(lost)
    assert queue.depth() == QueueDepth(0, 1, 0)


def test_a_failed_job_comes_again(queue: JobQueue) -> None:
    queue.send(job())
    assert queue.failed(taken(queue), "out of memory", "…")
    assert taken(queue).attempt == 2


def test_a_failed_job_waits_before_it_comes_again(make_queue: MakeQueue) -> None:
    queue = make_queue(60)
    queue.send(job())
    assert queue.failed(taken(queue), "out of memory", "…")
    assert queue.receive(60) is None


def test_a_job_that_failed_too_often_waits_for_a_person_with_its_reason(queue: JobQueue) -> None:
    queue.send(job())
    again = [queue.failed(taken(queue), "out of memory", "line 1\n検品") for _ in range(MAX_ATTEMPTS)]
    assert again == [True] * (MAX_ATTEMPTS - 1) + [False]
    assert queue.receive(60) is None
    (dead,) = queue.dead()
    assert (dead.job, dead.attempts, dead.reason, dead.log_tail) == (
        job(),
        MAX_ATTEMPTS,
        "out of memory",
        "line 1\n検品",
    )
    assert datetime.fromisoformat(dead.dead_at).utcoffset() is not None
    assert queue.depth() == QueueDepth(0, 0, 1)


def test_a_job_that_cannot_succeed_is_not_tried_again(queue: JobQueue) -> None:
    queue.send(job())
    assert not queue.failed(taken(queue), "the dataset has no NG image", "", retry=False)
    assert [dead.attempts for dead in queue.dead()] == [1]


def test_a_job_that_kills_its_workers_ends_with_the_dead(queue: JobQueue) -> None:
    queue.send(job())
    for _ in range(MAX_ATTEMPTS):
        taken(queue, visibility_s=0)
    assert queue.receive(60) is None
    assert [(dead.attempts, dead.reason) for dead in queue.dead()] == [(MAX_ATTEMPTS, DIED_SILENTLY)]


def test_a_dead_job_is_not_sent_again_but_redriven(queue: JobQueue) -> None:
    queue.send(job())
    queue.failed(taken(queue), "bad weights", "", retry=False)
    queue.send(job())
    assert queue.receive(60) is None
    assert queue.redrive("run-a@1")
    assert list(queue.dead()) == []
    assert taken(queue).attempt == 1
    assert not queue.redrive("run-a@1")
    assert not queue.redrive("never-sent")


def test_a_dead_job_that_nobody_needs_any_more_is_dismissed_for_good(queue: JobQueue) -> None:
    queue.send(job())
    assert not queue.dismiss("run-a@1")
    queue.failed(taken(queue), "bad weights", "", retry=False)
    assert queue.dismiss("run-a@1")
    assert list(queue.dead()) == []
    assert not queue.dismiss("run-a@1")
    assert not queue.redrive("run-a@1")
    queue.send(job())
    assert queue.receive(60) is None


def test_a_job_given_back_is_ready_at_once_and_its_attempt_is_not_counted(make_queue: MakeQueue) -> None:
    queue = make_queue(60)
    queue.send(job(project="bakery"))
    for _ in range(MAX_ATTEMPTS + 1):
        delivery = taken(queue)
        assert (delivery.job, delivery.attempt) == (job(project="bakery"), 1)
        queue.give_back(delivery)
    assert queue.depth() == QueueDepth(1, 0, 0)


def test_attempts_before_a_job_was_given_back_still_count(queue: JobQueue) -> None:
    queue.send(job())
    assert queue.failed(taken(queue), "out of memory", "")
    queue.give_back(taken(queue))
    assert taken(queue).attempt == 2


def test_a_lost_claim_gives_nothing_back(queue: JobQueue) -> None:
    queue.send(job())
    lost = taken(queue, visibility_s=0)
    held = taken(queue)
    queue.give_back(lost)
    assert queue.receive(60) is None
    queue.done(held)
    queue.give_back(held)
    assert queue.depth() == QueueDepth(0, 0, 0)


def test_giving_back_that_breaks_off_leaves_the_job_twice_and_never_lost(
    sqs_job_queue: Callable[[float], SqsJobQueue], monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = sqs_job_queue(0)
    queue.send(job(project="bakery"))
    delivery = taken(queue)
    with monkeypatch.context() as cut_off:
        cut_off.setattr(queue, "done", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            queue.give_back(delivery)
    assert queue.receive(60) is None, "one lane: not both at once"
    queue.done(delivery)
    assert taken(queue).job == delivery.job


def test_workers_that_ask_together_get_different_jobs(queue: JobQueue) -> None:
    for n in range(4):
        queue.send(job(f"run-{n}@1"))
    ready, got = Barrier(4), list[str]()

    def work() -> None:
        ready.wait()
        got.append(taken(queue).job.job_id)

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(got) == [f"run-{n}@1" for n in range(4)]


def test_pauses_double_and_are_spread() -> None:
    assert [pause_before_retry(attempt, PAUSE_S, 0.0) for attempt in (1, 2, 3)] == [10, 20, 40]
    assert [pause_before_retry(attempt, PAUSE_S, 1.0) for attempt in (1, 2, 3)] == [5, 10, 20]
