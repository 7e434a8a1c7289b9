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
