"""State of a run: its request, its attempt and the reports of that attempt."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from kenpin.domain.run.events import (
    RunRequested,
)

Status = Literal["unknown", "queued", "running", "succeeded", "failed", "cancelled"]


class RunState(Struct, frozen=True):
    """A run, as far as its rules depend on it."""

    version: int = 0
    status: Status = "unknown"
    attempt: int = 0
    requested: RunRequested | None = None
    asked_at: int = 0
    """The version at which it was last asked for: requested or retried."""
    reported: frozenset[str] = frozenset()
    """Reports of the current attempt, so that one repeated after a lost answer adds nothing."""
