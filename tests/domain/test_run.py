"""Commands to a run, and its refusals."""

import pytest

from kenpin.domain.recipe import Recipe
from kenpin.domain.run.commands import (
    CancelRun,
    CompleteEpoch,
    FailRun,
    ReportEvaluation,
    ReportPoolScored,
    ReportProgress,
    RequestRun,
    RetryRun,
    RunCommand,
    RunReport,
    StartRun,
    SucceedRun,
)
from kenpin.domain.run.decider import run
from kenpin.domain.run.events import (
    EpochCompleted,
    PoolScored,
    RunCancelled,
    RunEvaluated,
    RunEvent,
    RunFailed,
    RunRequested,
    RunRetried,
    RunStarted,
    RunSucceeded,
    StageProgressed,
)
from kenpin.domain.run.refusals import (
    NoSuchRun,
    RunExists,
    RunIsNotOver,
    RunIsOver,
    RunIsQueued,
    StaleAttempt,
)
from kenpin.domain.run.values import Evaluation, Identity
from tests.domain.specification import Specification

spec = Specification(run)

HASH, ARTIFACT, SCORES = "a" * 64, "b" * 64, "c" * 64
IDENTITY = Identity(
    code_digest="1f2e", weights_digest="3d4c", libraries={"numpy": "2.4.1"}, threads=2, hardware="2 cores"
)
EVALUATION = Evaluation(
    split="test", split_rule="by day", images=20, ng=8, ok=12, escapes=1, overkills=2, threshold=0.4
)
REQUESTED = RunRequested(
    run_id="r1",
    project_id="bakery",
    dataset_id="cookies",
    dataset_version=7,
    dataset_hash=HASH,
    recipe=Recipe(c=2.0).model_dump(),
    seed=3,
)
STARTED, STARTED_AGAIN = (RunStarted(attempt=attempt, identity=IDENTITY) for attempt in (1, 2))
SUCCEEDED = RunSucceeded(
    run_id="r1",
    project_id="bakery",
    dataset_id="cookies",
    attempt=1,
    artifact=ARTIFACT,
    threshold=0.4,
    seconds=9.5,
)
BROKE = RunFailed(attempt=1, reason="out of memory", log_tail="killed")
GAVE_UP = RunFailed(attempt=1, reason="out of memory", log_tail="killed", final=True)
CANCELLED = RunCancelled(reason="wrong recipe")

REPORTS: list[tuple[RunReport, RunEvent]] = [
    (
        ReportProgress(attempt=1, stage="preprocess", done=5, total=20, eta_seconds=3.0),
        StageProgressed(attempt=1, stage="preprocess", done=5, total=20, eta_seconds=3.0),
    ),
    (
        CompleteEpoch(attempt=1, epoch=1, epochs=8, metrics={"loss": 0.7}),
        EpochCompleted(attempt=1, epoch=1, epochs=8, metrics={"loss": 0.7}),
    ),
    (
        ReportEvaluation(attempt=1, evaluation=EVALUATION),
        RunEvaluated(attempt=1, evaluation=EVALUATION),
    ),
    (
        ReportPoolScored(attempt=1, predictions=SCORES, images=20),
        PoolScored(attempt=1, predictions=SCORES, images=20),
    ),
    (SucceedRun(attempt=1, artifact=ARTIFACT, threshold=0.4, seconds=9.5), SUCCEEDED),
]
each_report = pytest.mark.parametrize(
    ("report", "fact"), REPORTS, ids=[type(report).__name__ for report, _ in REPORTS]
)
PROGRESS = REPORTS[0][0]
FAIL = FailRun(attempt=1, reason="out of memory", log_tail="killed")
GIVE_UP = FAIL.model_copy(update={"final": True})
START, START_AGAIN = (StartRun(attempt=attempt, identity=IDENTITY) for attempt in (1, 2))


def test_a_run_is_requested_with_all_of_its_recipe() -> None:
    request = RequestRun(
        run_id="r1",
        project_id="bakery",
        dataset_id="cookies",
        dataset_version=7,
        dataset_hash=HASH,
        recipe=Recipe(c=2.0),
        seed=3,
    )
    spec.when(request).then(REQUESTED)
    spec.given(REQUESTED).when(request).then_refused(RunExists, saying="r1")


@pytest.mark.parametrize(
    "command",
    [START, FAIL, RetryRun(), CancelRun(), *(report for report, _ in REPORTS)],
    ids=lambda command: type(command).__name__,
)
def test_nothing_can_be_asked_of_a_run_that_is_not_there(command: RunCommand) -> None:
    spec.when(command).then_refused(NoSuchRun)


def test_a_worker_starts_the_first_attempt() -> None:
    spec.given(REQUESTED).when(START).then(STARTED)


def test_a_worker_that_restarts_takes_the_next_attempt() -> None:
    spec.given(REQUESTED, STARTED).when(START_AGAIN).then(STARTED_AGAIN)


def test_two_workers_cannot_start_the_same_attempt() -> None:
    spec.given(REQUESTED, STARTED).when(START).then_refused(StaleAttempt)
    spec.given(REQUESTED).when(START_AGAIN).then_refused(StaleAttempt)


def test_a_run_that_failed_can_be_started_again() -> None:
    spec.given(REQUESTED, STARTED, BROKE).when(START_AGAIN).then(STARTED_AGAIN)
    spec.given(REQUESTED, STARTED, GAVE_UP).when(START_AGAIN).then(STARTED_AGAIN)


@pytest.mark.parametrize("end", [SUCCEEDED, CANCELLED])
def test_a_run_that_is_over_is_not_started(end: RunEvent) -> None:
    spec.given(REQUESTED, STARTED, end).when(START_AGAIN).then_refused(RunIsOver)


@each_report
def test_the_current_attempt_reports(report: RunReport, fact: RunEvent) -> None:
    spec.given(REQUESTED, STARTED).when(report).then(fact)


@each_report
def test_a_report_repeated_after_a_lost_answer_adds_nothing(report: RunReport, fact: RunEvent) -> None:
    spec.given(REQUESTED, STARTED, fact).when(report).then_nothing()


@each_report
def test_the_next_attempt_reports_anew(report: RunReport, fact: RunEvent) -> None:
    history = spec.given(REQUESTED, STARTED, *([] if fact is SUCCEEDED else [fact]), BROKE, STARTED_AGAIN)
    [again] = history.when(report.model_copy(update={"attempt": 2})).decided()
    assert type(again) is type(fact)


@each_report
def test_an_attempt_that_was_overtaken_is_told_so(report: RunReport, fact: RunEvent) -> None:
    spec.given(REQUESTED, STARTED, STARTED_AGAIN).when(report).then_refused(StaleAttempt)


@each_report
def test_nothing_is_reported_before_a_start(report: RunReport, fact: RunEvent) -> None:
    spec.given(REQUESTED).when(report).then_refused(StaleAttempt)
    spec.given(REQUESTED, STARTED, BROKE).when(report).then_refused(RunIsQueued)


@each_report
@pytest.mark.parametrize("end", [GAVE_UP, CANCELLED])
def test_nothing_is_reported_on_a_run_that_is_over(report: RunReport, fact: RunEvent, end: RunEvent) -> None:
    spec.given(REQUESTED, STARTED, end).when(report).then_refused(RunIsOver)


def test_nothing_new_is_reported_after_success() -> None:
    spec.given(REQUESTED, STARTED, SUCCEEDED).when(PROGRESS).then_refused(RunIsOver, saying="succeeded")


def test_progress_is_told_apart_by_stage_and_count() -> None:
    more = ReportProgress(attempt=1, stage="preprocess", done=6, total=20)
    spec.given(REQUESTED, STARTED, REPORTS[0][1]).when(more).then(
        StageProgressed(attempt=1, stage="preprocess", done=6, total=20)
    )


def test_an_attempt_breaks_and_the_run_waits_for_the_next() -> None:
    spec.given(REQUESTED, STARTED).when(FAIL).then(BROKE)
    spec.given(REQUESTED, STARTED, BROKE).when(FAIL).then_nothing()


def test_the_next_attempt_says_who_works_on_it_and_what_it_builds_on() -> None:
    start = StartRun(attempt=2, identity=IDENTITY, worker="line-pc:712", resumes_after=3)
    fact = RunStarted(attempt=2, identity=IDENTITY, worker="line-pc:712", resumes_after=3)
    spec.given(REQUESTED, STARTED, BROKE).when(start).then(fact)


def test_a_run_can_break_before_it_starts() -> None:
    early = FailRun(attempt=0, reason="no such image")
    spec.given(REQUESTED).when(early).then(RunFailed(attempt=0, reason="no such image"))


def test_the_last_failure_is_final_and_said_once() -> None:
    spec.given(REQUESTED, STARTED, BROKE).when(GIVE_UP).then(GAVE_UP)
    spec.given(REQUESTED, STARTED, GAVE_UP).when(GIVE_UP).then_nothing()


def test_an_attempt_that_was_overtaken_cannot_fail_the_run() -> None:
    spec.given(REQUESTED, STARTED, STARTED_AGAIN).when(FAIL).then_refused(StaleAttempt)


@pytest.mark.parametrize("end", [SUCCEEDED, CANCELLED])
def test_a_run_that_is_over_does_not_fail(end: RunEvent) -> None:
    spec.given(REQUESTED, STARTED, end).when(FAIL).then_refused(RunIsOver)


def test_a_failed_run_is_retried() -> None:
    retried = RunRetried(reason="more memory", project_id="bakery")
    spec.given(REQUESTED, STARTED, GAVE_UP).when(RetryRun(reason="more memory")).then(retried)
    spec.given(REQUESTED, STARTED, GAVE_UP, retried).when(RetryRun(reason="more memory")).then_nothing()
    spec.given(REQUESTED, STARTED, BROKE, GAVE_UP, retried).when(FAIL).then(BROKE)


def test_a_run_knows_when_it_was_last_asked_for() -> None:
    history: list[RunEvent] = [REQUESTED, STARTED, GAVE_UP, RunRetried(), STARTED_AGAIN]
    assert [run.fold(history[:upto]).asked_at for upto in range(6)] == [0, 1, 1, 1, 4, 4]


@pytest.mark.parametrize("latest", [STARTED, SUCCEEDED, CANCELLED])
def test_only_a_failed_run_is_retried(latest: RunEvent) -> None:
    spec.given(REQUESTED, latest).when(RetryRun()).then_refused(RunIsNotOver)


def test_a_run_is_cancelled_while_it_waits_or_runs() -> None:
    cancel = CancelRun(reason="wrong recipe")
    spec.given(REQUESTED).when(cancel).then(CANCELLED)
    spec.given(REQUESTED, STARTED).when(cancel).then(CANCELLED)
    spec.given(REQUESTED, STARTED, CANCELLED).when(cancel).then_nothing()


@pytest.mark.parametrize("end", [SUCCEEDED, GAVE_UP])
def test_a_run_that_is_over_cannot_be_cancelled(end: RunEvent) -> None:
    spec.given(REQUESTED, STARTED, end).when(CancelRun()).then_refused(RunIsOver)
