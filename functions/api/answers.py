"""What the API answers, field by field: the types that OpenAPI and the browser's client are generated from."""

from datetime import datetime
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel

from kenpin.domain.dataset.values import Capture, Defect
from kenpin.domain.ids import Split, Verdict
from kenpin.domain.run.values import Evaluation, Identity

T = TypeVar("T")


class Accepted(BaseModel):
    """Where the decision stands. Reads with `min_version` show it."""

    stream: str
    version: int
    hash: str
    id: str


class Page(BaseModel, Generic[T]):
    """One page; `next_cursor` is None on the last. `stale`: the rows had not reached `min_version` in time."""

    items: list[T]
    next_cursor: str | None = None
    as_of: int | None = None
    stale: bool = False


class RunAccepted(Accepted):
    accepted_only: bool = False
    left_out: int = 0
    """Images judged OK or NG that the run does without, for nobody else has accepted them"""


class DefectClass(BaseModel):
    class_id: str
    name: str
    name_ja: str
    key: int | None
    description: str
    retired: str | None


class Product(BaseModel):
    product_id: str
    name: str


class Policy(BaseModel):
    escape_cost: float
    overkill_cost: float
    defect_rate: float | None
    reason: str = ""


class Project(BaseModel):
    project_id: str
    name: str
    version: int
    datasets: int
    label_book_revision: int
    defect_classes: list[DefectClass]
    products: list[Product]
    policy: Policy | None
    two_person: bool = False
    """An annotation counts only when somebody else has accepted it"""
    created_at: datetime


class Counts(BaseModel):
    OK: int = 0
    NG: int = 0
    HOLD: int = 0
    unlabelled: int = 0


class Tag(BaseModel):
    name: str
    version: int
    note: str
    at: datetime
    by: str


class Dataset(BaseModel):
    dataset_id: str
    project_id: str
    name: str
    version: int
    hash: str
    images: int
    excluded: int
    counts: dict[str, Counts]
    """By split: train, validation, test, unassigned."""
    tags: list[Tag]
    suggested: int
    created_at: datetime
    updated_at: datetime
    stale: bool = False


class StandingAnnotation(BaseModel):
    by: str
    at: datetime
    version: int
    reason: str
    label_book_revision: int
    seconds_spent: float | None
    suggestion_id: str | None
    review: str | None
    mask_urls: list[str] = []


class Suggested(BaseModel):
    suggestion_id: str
    rank: int
    reason: str
    score: float | None
    control: bool


class Image(BaseModel):
    image_id: str
    name: str
    ordinal: int
    revision: int
    verdict: Verdict | None
    defects: list[Defect]
    split: Split | None
    excluded: str | None
    annotation: StandingAnnotation | None
    capture: Capture
    width: int
    height: int
    size: int
    media_type: str
    registered_at: datetime
    suggestion: Suggested | None
    erased: str | None = None
    """Why its bytes were erased; then it has no addresses, at whatever version it is looked at."""
    image_url: str | None
    thumbnail_url: str | None


class Suggestions(BaseModel):
    suggestion_id: str | None
    policy: str | None
    run_id: str | None
    items: list[Image]
    as_of: int
    stale: bool = False


class Upload(BaseModel):
    digest: str
    url: str | None
    """Where to PUT the bytes; None when they are stored already."""


class Uploads(BaseModel):
    uploads: list[Upload]


class RegisteredImage(BaseModel):
    digest: str
    outcome: Literal["registered", "known", "rejected"]
    detail: str = ""


class Registered(BaseModel):
    stream: str
    version: int
    items: list[RegisteredImage]


class Queued(BaseModel):
    job_id: str
    suggestion_id: str


class Epoch(BaseModel):
    epoch: int
    metrics: dict[str, float]
    at: datetime


class Failure(BaseModel):
    reason: str
    log_tail: str


class Run(BaseModel):
    run_id: str
    project_id: str
    dataset_id: str
    dataset_version: int
    dataset_hash: str
    recipe: dict[str, str | int | float | None]
    seed: int
    parent_model: str | None
    accepted_only: bool = False
    left_out: int = 0
    status: Literal["queued", "running", "succeeded", "failed", "cancelled"]
    attempt: int
    stage: str | None
    done: int | None
    total: int | None
    eta_seconds: float | None
    epochs: list[Epoch]
    evaluation: Evaluation | None
    predictions: str | None
    predictions_url: str | None = None
    artifact: str | None
    artifact_url: str | None = None
    identity: Identity | None
    failure: Failure | None
    requested_by: str
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    seconds: float | None
    queue_place: int | None
    version: int
    stale: bool = False


class Prediction(BaseModel):
    image_id: str
    split: str | None
    truth: str | None
    score: float
    thumbnail_url: str | None


class Model(BaseModel):
    model_id: str
    project_id: str
    dataset_id: str
    dataset_version: int | None
    run_id: str
    artifact: str
    threshold: float
    threshold_reason: str | None
    stage: Literal["candidate", "production", "retired"]
    stage_reason: str | None
    staged_by: str | None
    evaluation: Evaluation | None
    recipe: dict[str, str | int | float | None] | None
    registered_at: datetime
    version: int


class Stream(BaseModel):
    stream: str
    version: int
    hash: str


class StoredCommit(BaseModel):
    """A commit as stored: `meta` and `body` are the exact text that was hashed."""

    first: int
    count: int
    hash: str
    meta: str
    body: str


class RecordedEvent(BaseModel):
    event_id: str
    stream: str
    version: int
    type: str
    schema_version: int
    recorded_at: datetime
    actor: str
    correlation_id: str | None
    causation_id: str | None
    data: dict[str, object]


class Health(BaseModel):
    status: Literal["ok"]
    version: str
