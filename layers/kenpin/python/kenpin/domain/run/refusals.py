"""Refusals of a run."""

from kenpin.domain.decider import Missing, Refusal
from kenpin.domain.run.state import Status


class RunExists(Refusal):
    text = "run {run_id} exists already; choose another id"

    def __init__(self, run_id: str) -> None:
        super().__init__(run_id=run_id)


class NoSuchRun(Missing):
    text = "there is no such run"


class NoRunLike(Missing):
    text = "there is no run {run_id} on dataset {dataset_id}; see: kenpin run list"

    def __init__(self, run_id: str, dataset_id: str) -> None:
        super().__init__(run_id=run_id, dataset_id=dataset_id)


class NotADate(Refusal):
    text = "{kind} takes a date such as 2026-03-31, not {value!r}"

    def __init__(self, kind: str, value: str) -> None:
        super().__init__(kind=kind, value=value)


class NothingLeftOut(Refusal):
    text = (
        "no image to learn from has {slice}, so the run would be the same; choose a value that some of the "
        "{images:,} images have"
    )

    def __init__(self, slice: str, images: int) -> None:
        super().__init__(slice=slice, images=images)


class TooFewWithout(Refusal):
    text = "without {slice} only {ok} OK and {ng} NG images are left to learn from, too few for a run; leave out less"

    def __init__(self, slice: str, *, ok: int, ng: int) -> None:
        super().__init__(slice=slice, ok=ok, ng=ng)


class RunIsOver(Refusal):
    text = "the run has {status}; request a new one"

    def __init__(self, status: Status) -> None:
        super().__init__(status=status)


class RunIsNotOver(Refusal):
    text = "the run is {status}; only a failed run can be retried"

    def __init__(self, status: Status) -> None:
        super().__init__(status=status)


class RunIsQueued(Refusal):
    text = "the run is queued; start the next attempt before reporting on it"


class StaleAttempt(Refusal):
    text = "attempt {attempt} is not attempt {current}, the current one; another worker has it"

    def __init__(self, attempt: int, current: int) -> None:
        super().__init__(attempt=attempt, current=current)
