"""Losses: what a format cannot carry, by the facts that are counted for each export."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

Fact = Literal[
    "hold",
    "unjudged",
    "unplaced_images",
    "ng_in_training",
    "unplaced",
    "boxes",
    "polygons",
    "masks",
    "unassigned",
    "captures",
    "groups",
]
"""Images: HOLD, without a verdict, NG without a placed defect, NG in train or validation, in no split, with capture
conditions, with a group. Defects: without a place, and those whose most exact place is a box, a polygon or a mask.
"""
Effect = Literal[
    "left_out", "as_unjudged", "as_ng", "as_test", "as_train", "as_box", "as_polygon", "as_mask", "without"
]
"""The effect on the things counted: left out, or written as something else; `without`: the image comes without it."""


class Loss(Struct, frozen=True):
    """Something that a format cannot carry."""

    fact: Fact
    effect: Effect
    count: int


def losses_of(effects: Mapping[Fact, Effect], counts: Mapping[str, int]) -> list[Loss]:
    """Return the losses of an export with these counts; none where nothing is lost."""
    return [Loss(fact, effect, counts[fact]) for fact, effect in effects.items() if counts.get(fact)]
