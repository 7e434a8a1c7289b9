"""Answers about data health, field by field."""

from pydantic import BaseModel

from kenpin.domain.dataset.health import FindingKind, Oddity


class FindingAnswer(BaseModel):
    """One thing worth a person's attention."""

    kind: FindingKind
    images: int
    """Number of images; of sizes for mixed_sizes, and of pairs for across_splits"""
    about: str
    """A class, a condition or a value; empty where the whole dataset is meant"""


class HealthSlice(BaseModel):
    """Images with one value of a capture condition; `value` is null where it is missing."""

    field: str
    value: str | None
    ok: int
    ng: int
    others: int


class HealthSize(BaseModel):
    width: int
    height: int
    images: int


class HealthPicture(BaseModel):
    """A picture unlike the others of its camera."""

    image_id: str
    name: str
    oddity: Oddity
    value: float
    usual: float
    """The median of its camera"""
    thumbnail_url: str | None


class DatasetHealth(BaseModel):
    """The health of the data, or, with `next_cursor`, how far the look at its pictures is."""

    version: int = 0
    findings: list[FindingAnswer] = []
    verdicts: dict[str, int] = {}
    classes: dict[str, int] = {}
    sizes: list[HealthSize] = []
    slices: list[HealthSlice] = []
    pictures: list[HealthPicture] = []
    """At most 50 of each oddity"""
    next_cursor: str | None = None
