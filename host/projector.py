"""The process that projects, reacts and sweeps: it waits at the doorbell and calls the handlers of the manifest."""

import logging
import signal
import socket
import time
from contextlib import suppress
from typing import Final

from functions.event import Json
from functions.manifest import FUNCTIONS
from host.gateway import call
from host.lifeline import end_with_parent
from kenpin.bootstrap import listen
from kenpin.ports import Unavailable
from kenpin.settings import Settings

GATHER_S: Final = 0.005
"""How long the first to ring waits for others: rows for many judgements cost little more than for one."""
logger = logging.getLogger("kenpin.projector")


def main() -> None:
    end_with_parent()
    settings = Settings()
    bell = listen(settings, "projector")
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(SystemExit(0)))
    due = 0.0
    while True:
        try:
            if time.monotonic() >= due:
                call("sweeper", {})
                due = time.monotonic() + settings.sweep_seconds
            if streams := rung(bell, due - time.monotonic()):
                for function in FUNCTIONS:
                    if function.woken_by_events:
                        call(function.name, stream_event(streams))
        except Unavailable as error:
            logger.warning("waiting for the database: %s", error)
            time.sleep(0.5)


def rung(bell: socket.socket, patience_s: float) -> list[str]:
    """The streams rung for: waits for the first ring, and then a moment for others."""
    streams: dict[str, None] = {}
    with suppress(TimeoutError, BlockingIOError):
        bell.settimeout(max(patience_s, 0.001))
        streams[bell.recv(512).decode()] = None
        until = time.monotonic() + GATHER_S
        while (left := until - time.monotonic()) > 0:
            bell.settimeout(left)
            streams[bell.recv(512).decode()] = None
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
