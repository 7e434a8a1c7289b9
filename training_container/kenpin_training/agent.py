"""Client of the ECS agent beside a container: the name of the task, and its protection from scale-in while it works."""

import logging
import math
import os
import socket
from collections.abc import Mapping
from http.client import HTTPException
from typing import Final
from urllib.request import ProxyHandler, Request, build_opener

import msgspec
from msgspec import Raw, Struct

MARGIN_MIN: Final = 15
"""Minutes that the protection lasts beyond an epoch; a worker that dies leaves it behind."""
MOST_MIN: Final = 2_880
"""The longest protection that ECS grants."""
RENEW_S: Final = 300.0
UNPROTECTED_S: Final = 60.0
"""Seconds after a job in which ECS may stop the task for a deployment or a scale-in."""
ANSWER_TIMEOUT_S: Final = 2.0
AGENT_ERRORS: Final = (OSError, HTTPException, msgspec.MsgspecError)
logger = logging.getLogger("kenpin.training")


class _Task(Struct):
    task_arn: str = msgspec.field(name="TaskARN")


class _Answer(Struct):
    """The answer of the protection endpoint; a refusal may come with status 200."""

    failure: Raw | None = None
    error: Raw | None = None


class Agent:
    """A client of the ECS agent. Failures are logged and never stop work; without an agent it does nothing."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._tasks = environment.get("ECS_AGENT_URI", "")
        self._metadata = environment.get("ECS_CONTAINER_METADATA_URI_V4", "")

    def worker(self) -> str:
        """Return the task's ARN, or host:process."""
        if self._metadata:
            try:
                body = _ask(Request(f"{self._metadata}/task"))
                return msgspec.json.decode(body, type=_Task).task_arn
            except AGENT_ERRORS as error:
                logger.warning("the ECS agent did not give the name of this task: %s", error)
        return f"{socket.gethostname()}:{os.getpid()}"

    def protect(self, epoch_s: float) -> None:
        """Protect the task for an epoch of this length and a margin."""
        minutes = min(MOST_MIN, MARGIN_MIN + math.ceil(epoch_s / 60))
        self._set({"ProtectionEnabled": True, "ExpiresInMinutes": minutes})

    def release(self) -> float:
        """End the protection. Return the seconds that ECS needs to stop the task if it wants to."""
        self._set({"ProtectionEnabled": False})
        return UNPROTECTED_S if self._tasks else 0.0

    def _set(self, state: dict[str, bool | int]) -> None:
        if not self._tasks:
            return
        request = Request(
            f"{self._tasks}/task-protection/v1/state",
            data=msgspec.json.encode(state),
            headers={"Content-Type": "application/json"},
            method="PUT",
        )
        try:
            answer = msgspec.json.decode(_ask(request), type=_Answer)
            if refusal := answer.failure or answer.error:
                logger.warning("ECS did not set %s: %s", state, bytes(refusal).decode())
        except AGENT_ERRORS as error:
            logger.warning("ECS did not set %s: %s", state, error)


def _ask(request: Request) -> bytes:
    """Send the request without a proxy: the agent is on this host."""
    with build_opener(ProxyHandler({})).open(request, timeout=ANSWER_TIMEOUT_S) as answer:
        body: bytes = answer.read()
        return body
