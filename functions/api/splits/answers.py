"""Answers about splits, field by field."""

from pydantic import BaseModel

from kenpin.domain.ids import Split


class PlannedCounts(BaseModel):
    """Counts of one split once the plan is carried out; `moved` counts the images that come into it."""

    images: int
    moved: int
    groups: int
    verdicts: dict[str, int]
    classes: dict[str, int]


class PlannedSplits(BaseModel):
    """A plan of a split. Send its `version` to carry out this plan and no other."""

    version: int
    rule: str
    """The text that stands beside every metric"""
    splits: dict[str, PlannedCounts]
    in_test: int
    """Images of the test split; they stay there"""
    follow: int
    """Images that go to test because others of their group are there"""
    largest_group: int


class SplitResult(BaseModel):
    """The part of a split that one request did; sent again with `next_cursor`, it goes on."""

    stream: str
    version: int
    images: int
    next_cursor: str | None = None


class DuplicateImage(BaseModel):
    image_id: str
    name: str
    split: Split | None
    group: str | None
    thumbnail_url: str | None


class NearDuplicate(BaseModel):
    """Two images that look alike, in two groups."""

    one: DuplicateImage
    other: DuplicateImage
    likeness: float
    """Correlation of what the images do not share with all others, 0..1"""
    across: bool
    """They are in two splits"""


class DuplicatesFound(BaseModel):
    """The near-duplicates of a dataset, at most 500 of them; `pairs` and `across` count all."""

    items: list[NearDuplicate]
    pairs: int
    across: int
    compared: int
    unseen: int
    """Images that cannot be read, which were not compared"""
    next_cursor: str | None = None


class JoinedDuplicates(BaseModel):
    stream: str
    version: int
    images: int
    """put into another group"""
