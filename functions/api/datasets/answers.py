"""Answers about datasets, field by field."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from functions.api.tags.answers import Tag


class Counts(BaseModel):
    OK: int = 0
    NG: int = 0
    HOLD: int = 0
    unlabelled: int = 0


class DatasetWindow(BaseModel):
    """The window of deep grey of one camera, or of all that have none of their own."""

    camera: str | None
    low: float
    high: float
    how: Literal["sample", "person"]
    reason: str
    version: int
    at: datetime
    by: str


class DatasetRegion(BaseModel):
    """The region of interest of one camera, or of all that have none of their own."""

    camera: str | None
    width: int
    height: int
    """Size of the picture that the corners are pixels of"""
    include: list[list[tuple[float, float]]]
    """The part; none: the whole picture"""
    ignore: list[list[tuple[float, float]]]
    """Areas of it that do not count"""
    reason: str
    version: int
    at: datetime
    by: str


class DatasetScale(BaseModel):
    """The size of a pixel on the part, for one camera or for all that have none of their own."""

    camera: str | None
    mm_per_pixel: float
    reason: str
    version: int
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
    """By split: train, validation, test, unassigned"""
    tags: list[Tag]
    windows: list[DatasetWindow] = []
    """Windows of deep grey (more than 8 bits, or float)"""
    regions: list[DatasetRegion] = []
    """Regions of interest: the part of the pictures that is learnt from and judged"""
    scales: list[DatasetScale] = []
    """Camera scales: millimetres of a pixel"""
    suggested: int
    created_at: datetime
    updated_at: datetime
    stale: bool = False
