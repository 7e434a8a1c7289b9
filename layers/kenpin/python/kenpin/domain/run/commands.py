"""Commands to a run, by people and by its worker."""

from typing import Annotated

from pydantic import Field

from kenpin.domain.command import MAX_REASON_CHARACTERS, Command, Count, Digest, Log, Score, Slug, Text
from kenpin.domain.grey_window import GreyWindow
from kenpin.domain.history_slice import HistorySlice
from kenpin.domain.recipe import Recipe
from kenpin.domain.run.values import Evaluation, Identity

Attempt = Annotated[Count, Field(ge=1)]


class RequestRun(Command):
    run_id: Slug
    project_id: Slug
    dataset_id: Slug
    dataset_version: Annotated[int, Field(ge=1)]
    dataset_hash: Digest
    recipe: Recipe = Recipe()
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    parent_model: Slug | None = None
    accepted_only: bool = False
    left_out: Count = 0
    windows: tuple[GreyWindow, ...] = ()
    like: Slug | None = None
    without: HistorySlice | None = None
    reason: Text = ""


class StartRun(Command):
    """`attempt` is one more than the attempts before; a worker that restarts takes the next."""

    attempt: Attempt
    identity: Identity
    worker: Text = ""
    resumes_after: Count = 0


class ReportProgress(Command):
    attempt: Attempt
    stage: str
    done: Count
    total: Count
    eta_seconds: float | None = None


class CompleteEpoch(Command):
    attempt: Attempt
    epoch: Count
    epochs: Count
    metrics: dict[str, float]
    eta_seconds: float | None = None


class ReportEvaluation(Command):
    attempt: Attempt
    evaluation: Evaluation


class ReportPoolScored(Command):
    attempt: Attempt
    predictions: Digest
    images: Count


class SucceedRun(Command):
    attempt: Attempt
    artifact: Digest
    threshold: Score
    seconds: float


class FailRun(Command):
    attempt: Count
    """0: it broke before an attempt was started."""
    reason: Annotated[Log, Field(min_length=1, max_length=MAX_REASON_CHARACTERS)]
    log_tail: Annotated[Log, Field(max_length=20_000)] = ""
    final: bool = False


class RetryRun(Command):
    reason: Text = ""


class CancelRun(Command):
    reason: Text = ""


RunReport = ReportProgress | CompleteEpoch | ReportEvaluation | ReportPoolScored | SucceedRun
RunCommand = RequestRun | StartRun | RunReport | FailRun | RetryRun | CancelRun
