"""Refusals of a run."""

from kenpin.domain.decider import Missing, Refusal
from kenpin.domain.run.state import Status


class RunExists(Refusal):
    def __init__(self, run_id: str) -> None:
        super().__init__(f"run {run_id} exists already; choose another id")


class NoSuchRun(Missing):
    def __init__(self) -> None:
        super().__init__("there is no such run")


class RunIsOver(Refusal):
    def __init__(self, status: Status) -> None:
        super().__init__(f"the run has {status}; request a new one")


class RunIsNotOver(Refusal):
    def __init__(self, status: Status) -> None:
        super().__init__(f"the run is {status}; only a failed run can be retried")


class RunIsQueued(Refusal):
    def __init__(self) -> None:
        super().__init__("the run is queued; start the next attempt before reporting on it")


class StaleAttempt(Refusal):
    def __init__(self, attempt: int, current: int) -> None:
        super().__init__(
            f"attempt {attempt} is not attempt {current}, the current one; another worker has it"
        )
