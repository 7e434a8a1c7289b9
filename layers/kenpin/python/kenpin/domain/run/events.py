"""Events of a run, from the request to the model."""

from kenpin.domain.event import Event
from kenpin.domain.grey_window import GreyWindow
from kenpin.domain.history_slice import HistorySlice
from kenpin.domain.ids import DatasetId, ProjectId, RunId, Sha256
from kenpin.domain.recipe import RecipeValue
from kenpin.domain.run.values import Evaluation, Identity


class RunRequested(Event):
    """Someone asked for a model from exactly this version of the data."""

    run_id: RunId
    project_id: ProjectId
    dataset_id: DatasetId
    dataset_version: int
    dataset_hash: Sha256
    """The chain hash of the commit that ends at dataset_version."""
    recipe: dict[str, RecipeValue]
    seed: int
    parent_model: RunId | None = None
    accepted_only: bool = False
    """Only what a second person accepted is learnt from and measured by: the project's review policy then."""
    left_out: int = 0
    """Images judged OK or NG that are left out for it."""
    windows: tuple[GreyWindow, ...] = ()
    """Windows of deep grey of this version: the images are learnt through them."""
    like: RunId | None = None
    """The run whose version, recipe and seed were taken over."""
    without: HistorySlice | None = None
    """Images that the run does not learn from, though others do; what it is measured by stays."""
    reason: str = ""


class RunStarted(Event):
    """A worker took the run up."""

    attempt: int
    identity: Identity
    worker: str = ""
    """The task's ARN on AWS, else host:process."""
    resumes_after: int = 0
    """Epochs that an earlier attempt has completed and this one builds on."""


class StageProgressed(Event):
    """The run moved on within a stage: preprocess, train, evaluate or score."""

    attempt: int
    stage: str
    done: int
    total: int
    eta_seconds: float | None = None


class EpochCompleted(Event):
    """The model saw the training set once more."""

    attempt: int
    epoch: int
    epochs: int
    metrics: dict[str, float]
    eta_seconds: float | None = None


class RunEvaluated(Event):
    """The model was measured on a split it never learnt from."""

    attempt: int
    evaluation: Evaluation


class PoolScored(Event):
    """Every image's score lies in a file named by its digest."""

    attempt: int
    predictions: Sha256
    images: int


class RunSucceeded(Event):
    """The model is stored under its digest."""

    run_id: RunId
    project_id: ProjectId
    dataset_id: DatasetId
    attempt: int
    artifact: Sha256
    threshold: float
    seconds: float


class RunFailed(Event):
    """An attempt broke. Unless it is final, the run is tried again."""

    attempt: int
    reason: str
    log_tail: str = ""
    final: bool = False


class RunRetried(Event):
    """A person asked for another try."""

    reason: str = ""
    project_id: ProjectId = ""
    """Whose job the try will be; empty in events from before it was kept here."""


class RunCancelled(Event):
    """A person stopped the run."""

    reason: str = ""


RunEvent = (
    RunRequested
    | RunStarted
    | StageProgressed
    | EpochCompleted
    | RunEvaluated
    | PoolScored
    | RunSucceeded
    | RunFailed
    | RunRetried
    | RunCancelled
)
