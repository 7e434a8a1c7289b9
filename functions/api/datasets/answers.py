"""Answers about datasets, field by field."""

from datetime import datetime

from pydantic import BaseModel

from functions.api.tags.answers import Tag


class Counts(BaseModel):
    OK: int = 0
    NG: int = 0
    HOLD: int = 0
    unlabelled: int = 0


class Dataset(BaseModel):
    dataset_id: str
    project_id: str
    name: str
    version: int
    hash: str
    images: int
    excluded: int
    counts: dict[str, Counts]
    """By split: train, validation, test, unassigned"""
    tags: list[Tag]
    suggested: int
    created_at: datetime
    updated_at: datetime
    stale: bool = False
