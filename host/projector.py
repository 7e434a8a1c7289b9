"""The process that projects, reacts and sweeps: it waits for the doorbell and calls the manifest's handlers."""

import logging
import signal
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from functions.manifest import FUNCTIONS
from functions.runtime.advance import RESERVE_MS
from functions.runtime.event import Json
from host.gateway import call
from host.parent_process import end_with_parent
from kenpin.bootstrap import listen
from kenpin.ports import Unavailable
from kenpin.settings import Settings

BATCH_WINDOW_S: Final = 0.005
"""Time to wait for more streams after the first: rows for many judgements cost little more than for one."""
PROJECTION_S: Final = RESERVE_MS / 1000 + 2.0
"""Timeout of the functions that project: after 2 s they start no further window, and the doorbell is heard again."""
logger = logging.getLogger("kenpin.projector")


def main() -> None:
    end_with_parent()
    settings = Settings()
    doorbell = listen(settings, "projector")
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(SystemExit(0)))
    schedule = Schedule({"sweeper": settings.sweep_seconds})
    while True:
        try:
            for name in schedule.due():
                call_scheduled(name)
                schedule.was_called(name)
            if streams := wait_for_streams(doorbell, schedule.seconds_left()):
                for function in FUNCTIONS:
                    if function.woken_by_events:
                        call(function.name, stream_event(streams), PROJECTION_S)
        except Unavailable as error:
            logger.warning("waiting for the database: %s", error)
            time.sleep(0.5)


class Schedule:
    """The next due time of each function that the manifest calls on a schedule; at the start, all are due."""

    def __init__(self, intervals_s: Mapping[str, float]) -> None:
        intervals_of_manifest = {f.name: float(f.every_seconds) for f in FUNCTIONS if f.every_seconds}
        self._intervals_s = {**intervals_of_manifest, **intervals_s}
        self._due_at = dict.fromkeys(self._intervals_s, 0.0)

    def due(self) -> list[str]:
        return [name for name, at in self._due_at.items() if at <= time.monotonic()]

    def was_called(self, name: str) -> None:
        self._due_at[name] = time.monotonic() + self._intervals_s[name]

    def seconds_left(self) -> float:
        return min(self._due_at.values()) - time.monotonic()


def call_scheduled(name: str) -> None:
    """Keep a failure outside projection, such as a full anchor folder, from stopping the rows."""
    try:
        call(name, {}, PROJECTION_S if name == "sweeper" else None)
    except Unavailable:
        raise
    except Exception:
        if name == "sweeper":
            raise
        logger.exception("%s failed; it is tried again when it is due", name)


def wait_for_streams(doorbell: socket.socket, timeout_s: float) -> list[str]:
    """Return the streams with new events: wait `timeout_s` for the first one, then BATCH_WINDOW_S for others."""
    streams: dict[str, None] = {}
    with suppress(TimeoutError, BlockingIOError):
        doorbell.settimeout(max(timeout_s, 0.001))
        streams[doorbell.recv(512).decode()] = None
        deadline = time.monotonic() + BATCH_WINDOW_S
        while (remaining_s := deadline - time.monotonic()) > 0:
            doorbell.settimeout(remaining_s)
            streams[doorbell.recv(512).decode()] = None
    return list(streams)


def stream_event(streams: list[str]) -> Json:
    """The batch that a DynamoDB stream would deliver."""
    return {
        "Records": [
            {"eventID": stream, "eventName": "INSERT", "dynamodb": {"Keys": {"pk": {"S": f"local#{stream}"}}}}
            for stream in streams
        ]
    }


if __name__ == "__main__":
    main()
