"""Answers about decision chains, field by field."""

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
    "grouped",
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
    """One link of an image's decision chain: a change with its old and new value, or another fact.

    For `captured`, `becomes` is the camera's text; `at` reads it as UTC when it names no zone.
    """

    kind: Kind
    at: datetime
    version: int | None = None
    """The dataset version of the change; of a run, the version that it learnt from"""
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
    """The end of a suggestion, the status of a run, or the change of a model"""
    run_id: str | None = None
    used_as: UsedAs | None = None
    dataset_hash: str | None = None
    model_id: str | None = None
    stage: str | None = None
    threshold: float | None = None
    return_id: str | None = None
    reference: str | None = None
    override_reason: str | None = None
    """The reason why a model was promoted though gates failed"""
    escape: bool = False
    """True for a field return that says NG where people had judged OK"""


class Chain(BaseModel):
    """All decisions that led to an image's state and all that followed from them, oldest first."""

    dataset_id: str
    image_id: str
    links: list[Link]
    as_of: int
    stale: bool = False


class ModelChain(BaseModel):
    """The decisions about a model, oldest first: its run, thresholds, gates, promotions, rollbacks and retirement."""

    model_id: str
    dataset_id: str
    links: list[Link]


class ModelVerdict(BaseModel):
    """A model's score and verdict for an image: NG at or above its threshold."""

    model_id: str
    run_id: str
    stage: str
    threshold: float
    score: float | None
    verdict: Verdict | None
    learnt_from: bool = False
    """The run learnt from the image; the score is by a model that had not seen it"""
    how: Literal["run", "suggestion", "not_scored"]
    """The source of the score"""
    hint: str | None = None
    """Advice when there is no score"""


class Scores(BaseModel):
    items: list[ModelVerdict]


class ModelDecision(BaseModel):
    """A judgement that a model was trained or measured on."""

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
    """All judgements that a model was trained or measured on, as of the dataset version of its run."""

    model_id: str
    run_id: str
    dataset_id: str
    dataset_version: int
    dataset_hash: str
    items: list[ModelDecision]
    next_cursor: str | None = None
