"""Answers about field returns, field by field."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from functions.api.decision_chains.answers import ModelVerdict
from kenpin.domain.ids import Verdict


class FieldReturn(BaseModel):
    """A finding long after the inspection, and the judgement that stood when it was reported."""

    return_id: str
    image_id: str
    version: int
    verdict: Verdict
    found_at: str
    found_by: str
    class_id: str | None
    note: str
    reference: str
    reported_at: datetime
    reported_by: str
    judged: Verdict | None
    judged_by: str | None
    escape: bool
    """It was NG, and people had judged it OK: an escape found late"""
    thumbnail_url: str | None


class FieldReturnDetail(BaseModel):
    """A field return and the models' verdicts on its image. None: no model was in production."""

    field_return: FieldReturn
    day: datetime
    """The capture time of the image or, where it is unknown, the registration time"""
    day_is: Literal["captured", "registered"]
    then: ModelVerdict | None
    now: ModelVerdict | None
