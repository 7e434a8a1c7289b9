"""Answers about agreement tasks, field by field."""

from datetime import datetime

from pydantic import BaseModel

from kenpin.domain.dataset.values import Defect
from kenpin.domain.ids import Verdict


class TaskProgress(BaseModel):
    person: str
    done: int


class AgreementTask(BaseModel):
    """An agreement task and its progress. It never shows what anybody answered."""

    dataset_id: str
    task_id: str
    version: int
    images: int
    people: list[str]
    open_to: int | None
    note: str
    opened_by: str
    opened_at: datetime
    closed: bool
    closed_by: str | None
    closed_at: datetime | None
    close_reason: str | None
    progress: list[TaskProgress]
    """Images that each person has answered"""


class BlindImage(BaseModel):
    """An image of a task as a participant sees it: without judgements, scores or suggestions of others."""

    image_id: str
    name: str
    width: int
    height: int
    image_url: str | None
    shown_url: str | None = None
    """None: its bytes are erased"""
    thumbnail_url: str | None
    verdict: Verdict | None
    defect_classes: list[str]


class AgreementAnswer(BaseModel):
    person: str
    verdict: Verdict
    defect_classes: list[str]


class JudgedImage(BaseModel):
    image_id: str
    name: str
    revision: int
    agreement: float | None
    """Share of pairs of people with the same verdict, 0..1"""
    answers: list[AgreementAnswer]
    standing: Verdict | None
    defects: list[Defect]
    """As they stand"""
    truth: Verdict | None
    """The accepted annotation; None: no truth yet"""
    image_url: str | None
    shown_url: str | None = None
    """None: its bytes are erased"""
    thumbnail_url: str | None


class PairKappa(BaseModel):
    first: str
    second: str
    images: int
    same: int
    kappa: float | None


class RateWithin(BaseModel):
    """`part` of `whole`; `low` and `high` are the two-sided 95 % bounds of the true rate (Wilson)."""

    part: int
    whole: int
    rate: float | None
    low: float | None
    high: float | None


class PersonFigures(BaseModel):
    person: str
    images: int
    holds: int
    missed: RateWithin
    false_alarms: RateWithin


class AgreementResult(BaseModel):
    task: AgreementTask
    fleiss: float | None
    pairs: list[PairKappa]
    people: list[PersonFigures]
    without_truth: int
    images: list[JudgedImage]
    """Images with the least agreement come first"""
    as_of: int
