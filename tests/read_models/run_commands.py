"""Strategies for what a run is asked to do."""

from hypothesis import strategies as st

from kenpin.domain.run.commands import (
    CancelRun,
    CompleteEpoch,
    FailRun,
    ReportProgress,
    RetryRun,
    RunCommand,
    StartRun,
    SucceedRun,
)
from kenpin.domain.run.values import Identity
from tests.read_models.driven_platform import DIGEST

IDENTITY = Identity(code_digest="c", weights_digest="w", libraries={}, threads=2, hardware="cpu")
START = StartRun(attempt=1, identity=IDENTITY)
SUCCEED = SucceedRun(attempt=1, artifact=DIGEST, threshold=0.5, seconds=1)

attempts = st.integers(1, 2)
run_commands: st.SearchStrategy[RunCommand] = st.one_of(
    attempts.map(lambda n: StartRun(attempt=n, identity=IDENTITY)),
    attempts.map(lambda n: SUCCEED.model_copy(update={"attempt": n})),
    attempts.map(lambda n: CompleteEpoch(attempt=n, epoch=1, epochs=2, metrics={"loss": 1.0})),
    st.builds(ReportProgress, attempt=attempts, stage=st.just("train"), done=attempts, total=st.just(3)),
    st.builds(FailRun, attempt=attempts, reason=st.just("broken"), final=st.booleans()),
    st.just(RetryRun()),
    st.just(CancelRun()),
)
