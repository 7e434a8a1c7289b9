"""Refusals of a run."""

from kenpin.domain.decider import Missing, Refusal
from kenpin.domain.run.state import Status


class RunExists(Refusal):
    def __init__(self, run_id: str) -> None:
        super().__init__(f"run {run_id} exists already; choose another id")


class NoSuchRun(Missing):
    def __init__(self) -> None:
        super().__init__("there is no such run")


class NoRunLike(Missing):
    def __init__(self, run_id: str, dataset_id: str) -> None:
        super().__init__(f"there is no run {run_id} on dataset {dataset_id}; see: kenpin run list")


class NotADate(Refusal):
    def __init__(self, kind: str, value: str) -> None:
        super().__init__(f"{kind} takes a date such as 2026-03-31, not {value!r}")


class NothingLeftOut(Refusal):
    def __init__(self, slice: str, images: int) -> None:
        super().__init__(
            f"no image to learn from has {slice}, so the run would be the same; choose a value that some of the "
            f"{images:,} images have"
        )


class TooFewWithout(Refusal):
    def __init__(self, slice: str, *, ok: int, ng: int) -> None:
        super().__init__(
            f"without {slice} only {ok} OK and {ng} NG images are left to learn from, too few for a run; leave out "
            "less"
        )


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
