"""The job queue in memory: the shortest implementation of the port."""

import random
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from threading import Lock

from msgspec import Struct

from kenpin.domain.job import DIED_SILENTLY, LANES, MAX_ATTEMPTS, PAUSE_S, lane_of, pause_before_retry
from kenpin.ports import DeadJob, Delivery, Job, QueueDepth


class _Entry(Struct):
    job: Job
    visible_at: float
    attempts: int = 0
    receipt: str | None = None
    done: bool = False
    dead: DeadJob | None = None


class MemoryJobQueue:
    def __init__(
        self, pause_s: float = PAUSE_S, lanes: int = LANES, now: Callable[[], float] = time.time
    ) -> None:
        self._pause_s, self._lanes, self._now = pause_s, lanes, now
        self._entries: dict[str, _Entry] = {}
        self._lock = Lock()

    def send(self, job: Job) -> None:
        with self._lock:
            self._entries.setdefault(job.job_id, _Entry(job, self._now()))

    def receive(self, visibility_s: int) -> Delivery | None:
        with self._lock:
            entries, now = self._open(), self._now()
            busy = {lane for e in entries if e.visible_at > now and (lane := self._lane(e))}
            for entry in entries:
                if entry.visible_at <= now and self._lane(entry) not in busy:
                    entry.attempts += 1
                    entry.receipt = uuid.uuid4().hex
                    entry.visible_at = now + visibility_s
                    return Delivery(entry.job, entry.receipt, entry.attempts)
        return None

    def extend(self, delivery: Delivery, visibility_s: int) -> bool:
        with self._lock:
            if held := self._held(delivery):
                held.visible_at = self._now() + visibility_s
            return held is not None

    def done(self, delivery: Delivery) -> None:
        with self._lock:
            if held := self._held(delivery):
                held.done = True

    def failed(self, delivery: Delivery, reason: str, log_tail: str, retry: bool = True) -> bool:
        with self._lock:
            if held := self._held(delivery):
                if not retry or held.attempts >= MAX_ATTEMPTS:
                    self._move_to_dead(held, reason, log_tail)
                held.receipt = None
                pause = pause_before_retry(held.attempts, self._pause_s, random.random())
                held.visible_at = self._now() + pause
            entry = self._entries.get(delivery.job.job_id)
            return entry is not None and not entry.done and entry.dead is None

    def give_back(self, delivery: Delivery) -> None:
        with self._lock:
            if held := self._held(delivery):
                held.receipt, held.visible_at = None, self._now()
                held.attempts -= 1

    def depth(self) -> QueueDepth:
        with self._lock:
            entries = self._open()
            running = sum(e.receipt is not None and e.visible_at > self._now() for e in entries)
            dead = sum(e.dead is not None for e in self._entries.values())
            return QueueDepth(len(entries) - running, running, dead)

    def dead(self) -> Iterator[DeadJob]:
        with self._lock:
            self._open()
            found = [e.dead for e in self._entries.values() if e.dead]
        yield from sorted(found, key=lambda dead: dead.dead_at)

    def redrive(self, job_id: str) -> bool:
        with self._lock:
            entry = self._entries.get(job_id)
            if entry is None or entry.dead is None:
                return False
            del self._entries[job_id]  # it goes to the end, behind those who came meanwhile
            self._entries[job_id] = _Entry(entry.job, self._now())
            return True

    def dismiss(self, job_id: str) -> bool:
        with self._lock:
            entry = self._entries.get(job_id)
            if entry is None or entry.dead is None:
                return False
            entry.dead, entry.done = None, True
            return True

    def _open(self) -> list[_Entry]:
        """Return the jobs that are neither done nor dead, after moving those whose last worker vanished to the dead."""
        for entry in self._entries.values():
            vanished = entry.attempts >= MAX_ATTEMPTS and entry.visible_at <= self._now()
            if vanished and not entry.done and entry.dead is None:
                self._move_to_dead(entry, DIED_SILENTLY, "")
        return [e for e in self._entries.values() if not e.done and e.dead is None]

    def _lane(self, entry: _Entry) -> str | None:
        return lane_of(entry.job.project, entry.job.job_id, self._lanes)

    def _held(self, delivery: Delivery) -> _Entry | None:
        entry = self._entries.get(delivery.job.job_id)
        held = entry is not None and not entry.done and entry.receipt == delivery.receipt
        return entry if held else None

    def _move_to_dead(self, entry: _Entry, reason: str, log_tail: str) -> None:
        at = datetime.fromtimestamp(self._now(), UTC).isoformat()
        entry.receipt = None
        entry.dead = DeadJob(entry.job, entry.attempts, reason, log_tail, at)
