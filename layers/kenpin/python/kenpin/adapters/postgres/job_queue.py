"""The job queue in PostgreSQL: one table, and workers that skip each other's locked rows."""

import random
from collections.abc import Iterator
from typing import Final

from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.domain.job import DIED_SILENTLY, LANES, MAX_ATTEMPTS, PAUSE_S, lane_of, pause_before_retry
from kenpin.ports import DeadJob, Delivery, Job, QueueDepth

SEND: Final = """
insert into job_queue.jobs (job_id, kind, subject, arguments, correlation_id, project, traceparent, lane)
values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing"""

JOB: Final = "job_id, kind, subject, arguments, correlation_id, project, traceparent"

DUE: Final = "greatest({0}.visible_at, (select job_queue.there_since()) + {0}.lease) <= now()"
"""A lease counts only while the server is up: its holder could not renew it meanwhile."""

LOCK_RECEIVE: Final = "select pg_advisory_xact_lock(hashtext('job_queue receive'))"
"""A lock so that two receivers never find the same lane free."""

LEASE: Final = "visible_at = now() + make_interval(secs => %s), lease = make_interval(secs => %s)"

RECEIVE: Final = f"""
update job_queue.jobs
set attempts = attempts + 1, receipt = gen_random_uuid(), {LEASE}
where state = 'open' and job_id = (
    select job_id from job_queue.jobs j where state = 'open' and {DUE.format("j")} and not exists (
        select from job_queue.jobs other where other.state = 'open' and other.lane = j.lane
            and (not {DUE.format("other")} or other.place < j.place)
    ) order by place limit 1 for update skip locked
)
returning {JOB}, receipt, attempts"""

EXTEND: Final = f"""
update job_queue.jobs set {LEASE} where job_id = %s and receipt = %s returning true"""

DONE: Final = """
update job_queue.jobs set state = 'done', ended_at = now(), receipt = null, lease = null
where job_id = %s and receipt = %s"""

RETRY: Final = """
update job_queue.jobs set visible_at = now() + make_interval(secs => %s), receipt = null, lease = null
where job_id = %s and receipt = %s"""

GIVE_BACK: Final = """
update job_queue.jobs set visible_at = now(), receipt = null, lease = null, attempts = attempts - 1
where job_id = %s and receipt = %s"""

MOVE_TO_DEAD: Final = """
update job_queue.jobs set state = 'dead', ended_at = now(), receipt = null, lease = null, reason = %s, log_tail = %s
where job_id = %s and receipt = %s"""

IS_OPEN: Final = "select true from job_queue.jobs where job_id = %s and state = 'open'"

VANISHED: Final = f"(state = 'open' and attempts >= {MAX_ATTEMPTS} and {DUE.format('j')})"
"""A job that its last worker left without a word. Readers count it as dead; writers make it so."""

MOVE_VANISHED_TO_DEAD: Final = f"""
update job_queue.jobs j set state = 'dead', ended_at = now(), receipt = null, lease = null, reason = %s, log_tail = ''
where {VANISHED}"""

DEPTH: Final = f"""
select count(*) filter (where not held and not dead), count(*) filter (where held), count(*) filter (where dead)
from (
    select state = 'open' and receipt is not null and not {DUE.format("j")} as held,
        state = 'dead' or {VANISHED} as dead
    from job_queue.jobs j where state in ('open', 'dead')
) jobs"""

DEAD: Final = f"""
select {JOB}, attempts, case when state = 'dead' then reason else %s end, log_tail, coalesce(ended_at, now())
from job_queue.jobs j where state = 'dead' or {VANISHED} order by ended_at, place"""

REDRIVE: Final = """
update job_queue.jobs
set state = 'open', ended_at = null, attempts = 0, visible_at = now(), reason = '', log_tail = '', place = default
where job_id = %s and state = 'dead' returning true"""


DISMISS: Final = (
    "update job_queue.jobs set state = 'done' where job_id = %s and state = 'dead' returning true"
)


class PostgresJobQueue:
    def __init__(self, database: PostgresDatabase, pause_s: float = PAUSE_S, lanes: int = LANES) -> None:
        self._database, self._pause_s, self._lanes = database, pause_s, lanes

    def send(self, job: Job) -> None:
        lane = lane_of(job.project, job.job_id, self._lanes)
        about = (job.job_id, job.kind, job.subject, Jsonb(job.arguments))
        self._query(SEND, *about, job.correlation_id, job.project, job.traceparent, lane)

    def receive(self, visibility_s: int) -> Delivery | None:
        self._move_vanished_to_dead()
        with self._database.connection() as connection, connection.transaction():
            connection.execute(LOCK_RECEIVE)
            for *job, receipt, attempt in connection.execute(RECEIVE, [visibility_s, visibility_s]):
                return Delivery(Job(*job), receipt, attempt)
        return None

    def extend(self, delivery: Delivery, visibility_s: int) -> bool:
        return bool(self._query(EXTEND, visibility_s, visibility_s, delivery.job.job_id, delivery.receipt))

    def done(self, delivery: Delivery) -> None:
        self._query(DONE, delivery.job.job_id, delivery.receipt)

    def failed(self, delivery: Delivery, reason: str, log_tail: str, retry: bool = True) -> bool:
        claim = (delivery.job.job_id, delivery.receipt)
        if retry and delivery.attempt < MAX_ATTEMPTS:
            self._query(RETRY, pause_before_retry(delivery.attempt, self._pause_s, random.random()), *claim)
        else:
            self._query(MOVE_TO_DEAD, reason, log_tail, *claim)
        return bool(self._query(IS_OPEN, delivery.job.job_id))

    def give_back(self, delivery: Delivery) -> None:
        self._query(GIVE_BACK, delivery.job.job_id, delivery.receipt)

    def depth(self) -> QueueDepth:
        return QueueDepth(*self._query(DEPTH)[0])

    def dead(self) -> Iterator[DeadJob]:
        for *job, attempts, reason, log_tail, dead_at in self._query(DEAD, DIED_SILENTLY):
            yield DeadJob(Job(*job), attempts, reason, log_tail, dead_at.isoformat())

    def redrive(self, job_id: str) -> bool:
        self._move_vanished_to_dead()
        return bool(self._query(REDRIVE, job_id))

    def dismiss(self, job_id: str) -> bool:
        self._move_vanished_to_dead()
        return bool(self._query(DISMISS, job_id))

    def _move_vanished_to_dead(self) -> None:
        self._query(MOVE_VANISHED_TO_DEAD, DIED_SILENTLY)

    def _query(self, sql: str, *values: object) -> list[TupleRow]:
        with self._database.connection() as connection:
            cursor = connection.execute(sql, values)
            return cursor.fetchall() if cursor.description else []
