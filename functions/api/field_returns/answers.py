"""Answers about field returns, field by field."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from functions.api.decision_chains.answers import ModelSays
from kenpin.domain.ids import Verdict


class FieldReturn(BaseModel):
    """What was found long after the inspection, beside what was said when it was told."""

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
    """It was NG after all, and people had judged it OK: an escape found late"""
    thumbnail_url: str | None


class Answered(BaseModel):
    """A field return, and what the models say to it. None: no model was in production."""

    field_return: FieldReturn
    day: datetime
    """When the image was taken; where that is not known, when it came in"""
    day_is: Literal["captured", "registered"]
    then: ModelSays | None
    now: ModelSays | None
