"""What the API answers about decision chains, field by field."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from kenpin.domain.ids import Verdict

Kind = Literal[
    "captured",
    "registered",
    "capture_corrected",
    "suggested",
    "dismissed",
    "judged",
    "withdrawn",
    "reviewed",
    "split",
    "excluded",
    "restored",
    "erased",
    "reverted",
    "run",
    "model",
    "field_return",
    "other",
]
UsedAs = Literal["train", "validation", "test", "pool"]


class Link(BaseModel):
    """One link of an image's decision chain. Of a change: what it was and became; else what is known of it.

    `captured` became what the camera wrote; where that names no zone, `at` takes it for UTC.
    """

    kind: Kind
    at: datetime
    version: int | None = None
    """The dataset's version that did it; of a run, the one that it learnt from"""
    by: str | None = None
    was: str | None = None
    becomes: str | None = None
    reason: str | None = None
    classes: list[str] = []
    """Defect classes of the judgement"""
    label_book_revision: int | None = None
    seconds_spent: float | None = None
    suggestion_id: str | None = None
    policy: str | None = None
    score: float | None = None
    outcome: str | None = None
    """What became of a suggestion; how a run ended; what happened to a model"""
    run_id: str | None = None
    used_as: UsedAs | None = None
    dataset_hash: str | None = None
    model_id: str | None = None
    stage: str | None = None
    threshold: float | None = None
    return_id: str | None = None
    reference: str | None = None
    escape: bool = False
    """A field return that says NG of what people had judged OK"""


class Chain(BaseModel):
    """Everything that led to where an image stands, and what it led to: oldest first."""

    dataset_id: str
    image_id: str
    links: list[Link]
    as_of: int
    stale: bool = False


class ModelSays(BaseModel):
    """What a model says about an image: NG at or above its threshold."""

    model_id: str
    run_id: str
    stage: str
    threshold: float
    score: float | None
    verdict: Verdict | None
    learnt_from: bool = False
    """The image was among those it learnt from; the score is by a model that had not seen it"""
    how: Literal["run", "suggestion", "not_scored"]
    """Where the score is from"""
    hint: str | None = None
    """What to do when there is no score"""


class Scores(BaseModel):
    items: list[ModelSays]


class ModelDecision(BaseModel):
    """A judgement that a model stands on."""

    image_id: str
    name: str
    used_as: Literal["train", "validation", "test"]
    verdict: Verdict
    classes: list[str]
    by: str
    at: datetime
    version: int
    label_book_revision: int
    reason: str
    review: str | None
    thumbnail_url: str | None


class ModelDecisions(BaseModel):
    """Every judgement a model stands on, as of the version of the dataset that its run learnt from."""

    model_id: str
    run_id: str
    dataset_id: str
    dataset_version: int
    dataset_hash: str
    items: list[ModelDecision]
    next_cursor: str | None = None
