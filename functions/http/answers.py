"""Answers that every resource of the API shares: an accepted write, a page and deep grey."""

from typing import Generic, TypeVar

from pydantic import BaseModel

T = TypeVar("T")


class Accepted(BaseModel):
    """The accepted write: the stream and its new version. Reads with `min_version` show it."""

    stream: str
    version: int
    hash: str
    id: str


class Page(BaseModel, Generic[T]):
    """One page; `next_cursor` is None on the last. `stale`: the rows had not reached `min_version` in time,
    or show what history does not have."""

    items: list[T]
    next_cursor: str | None = None
    as_of: int | None = None
    stale: bool = False


class DeepGrey(BaseModel):
    """Deep grey, for viewers that show it through any window."""

    values_url: str
    """A NumPy file, packed by gzip: height × width of uint16 or float32; empty when the picture is no deep grey"""
    low: float | None
    """The window of its camera: black. None when there is no window"""
    high: float | None
    """White"""
