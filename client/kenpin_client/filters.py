"""Filters of lists, as the API takes them."""

from collections.abc import Mapping
from typing import Literal, TypedDict


class ImageFilter(TypedDict, total=False):
    """Which images of a dataset."""

    verdict: Literal["OK", "NG", "HOLD", "unlabelled"]
    split: Literal["train", "validation", "test", "unassigned"]
    excluded: bool
    suggested: bool
    defect_class: str
    product: str
    line: str
    light: str
    group: str
    station: str
    camera: str
    lot: str
    day: str
    person: str
    name: str
    review: Literal["accepted", "returned"]
    order: Literal["registered", "newest", "suggested"]


class PredictionFilter(TypedDict, total=False):
    """Which predictions of a run."""

    split: Literal["train", "validation", "test", "pool"]
    order: Literal["score", "margin", "unfamiliar", "image"]
    cell: Literal["escape", "overkill", "true_ng", "true_ok"]
    suspects: bool
    unfamiliar_from: float
    low: float
    high: float


def known(
    given: Mapping[str, object], kind: type[ImageFilter] | type[PredictionFilter]
) -> Mapping[str, object]:
    """Return the filters. Raises TypeError for a name that the list has no filter of."""
    for name in given:
        if name not in kind.__annotations__:
            raise TypeError(f"there is no filter {name!r}; known are {', '.join(kind.__annotations__)}")
    return given
