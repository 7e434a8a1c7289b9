"""Answers about rounds of judging, field by field."""

from pydantic import BaseModel

from kenpin.domain.ids import Split


class RoundWork(BaseModel):
    """Judgements of images that one policy chose: `control` for the random ones, empty where people chose them."""

    policy: str
    judged: int
    ng: int
    timed: int
    """Judgements whose time is known"""
    seconds: float
    """Of those"""


class RoundFigures(BaseModel):
    """Figures of the run at an end of a round."""

    run_id: str
    dataset_version: int
    split: Split | None
    images: int
    escapes: int
    ng: int
    overkills: int
    ok: int


class JudgedRound(BaseModel):
    """The work of people between two runs of one method, and the figures before and after it."""

    method: str
    before: RoundFigures
    after: RoundFigures
    work: list[RoundWork]


class Rounds(BaseModel):
    """The last rounds of a dataset, oldest first."""

    items: list[JudgedRound]
