"""Answers about suggestions, field by field."""

from pydantic import BaseModel

from functions.api.images.answers import Image


class Suggestions(BaseModel):
    suggestion_id: str | None
    policy: str | None
    run_id: str | None
    items: list[Image]
    next_cursor: str | None = None
    as_of: int
    stale: bool = False


class Queued(BaseModel):
    job_id: str
    suggestion_id: str


class PickOutcomes(BaseModel):
    """Counts of the judgements of images that were suggested for one reason."""

    reason: str
    """`all`: every pick of the policy; `control`: its random controls"""
    judged: int
    """OK or NG"""
    ng: int
    scored: int
    """Of the judged, those that a run with a threshold had scored"""
    wrong: int
    """Of the scored, those that people judged otherwise than the run"""


class ShareGain(BaseModel):
    """A share among the picks less that among the controls, with its 95 % interval (Newcombe)."""

    difference: float
    low: float
    """Above 0: better than chance"""
    high: float


class PolicyGain(BaseModel):
    policy: str
    picks: PickOutcomes
    controls: PickOutcomes
    by_reason: list[PickOutcomes]
    ng_gain: ShareGain | None
    """Of the share of NG; None while no pick or no control is judged"""
    wrong_gain: ShareGain | None
    """Of the share that the model had wrong"""


class PolicyGains(BaseModel):
    items: list[PolicyGain]
    as_of: int
