"""Answers about splits, field by field."""

from pydantic import BaseModel


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
