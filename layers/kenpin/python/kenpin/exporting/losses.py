"""Losses: what a format cannot carry, by the facts that are counted for each export."""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

Fact = Literal[
    "ok",
    "hold",
    "unjudged",
    "unplaced_images",
    "ng_in_training",
    "several_classes",
    "unplaced",
    "boxes",
    "polygons",
    "masks",
    "unassigned",
    "captures",
    "groups",
]
"""Images: OK, HOLD, without a verdict, NG without a placed defect, NG in train or validation, NG of several classes,
OK in no split, with capture conditions, with a group. Defects: without a place, and those whose most exact place is a
box, a polygon or a mask.
"""
Effect = Literal[
    "left_out",
    "as_unjudged",
    "as_test",
    "as_train",
    "as_combined",
    "as_box",
    "as_polygon",
    "as_mask",
    "without",
    "without_verdict",
]
"""The effect on the things counted: left out, or written as something else; `without`: the image comes without it."""

FACT_WORDS: Final[Mapping[str, str]] = {
    "ok": "OK images",
    "hold": "images on hold",
    "unjudged": "images that nobody has judged",
    "unplaced_images": "NG images without a marked place",
    "ng_in_training": "NG images outside the test split",
    "several_classes": "NG images of several classes",
    "unplaced": "defects without a place",
    "boxes": "boxes",
    "polygons": "polygons",
    "masks": "masks",
    "unassigned": "OK images in no split",
    "captures": "images with capture conditions",
    "groups": "images with a group",
}
EFFECT_WORDS: Final[Mapping[str, str]] = {
    "left_out": "left out",
    "as_unjudged": "written as not judged",
    "as_test": "written to test",
    "as_train": "written to train",
    "as_combined": "written to combined",
    "as_box": "written as boxes",
    "as_polygon": "written as outlines",
    "as_mask": "written as masks",
    "without": "written without them",
    "without_verdict": "written without a verdict, as images without a shape",
}


WHOLE_IMAGES: Final[tuple[Fact, ...]] = ("hold", "unjudged", "unplaced_images")
"""Facts of whole images. No image is counted by two of them, and `<fact>_bytes` counts their bytes."""


class Loss(Struct, frozen=True):
    """Something that a format cannot carry."""

    fact: Fact
    effect: Effect
    count: int


def losses_of(effects: Mapping[Fact, Effect], counts: Mapping[str, int]) -> list[Loss]:
    """Return the losses of an export with these counts; none where nothing is lost."""
    return [Loss(fact, effect, counts[fact]) for fact, effect in effects.items() if counts.get(fact)]


def written_by(effects: Mapping[Fact, Effect], counts: Mapping[str, int]) -> tuple[int, int]:
    """Return the number of images that a format writes, and their bytes."""
    left_out = [fact for fact in WHOLE_IMAGES if effects.get(fact) == "left_out"]
    images = counts["images"] - sum(counts[fact] for fact in left_out)
    return images, counts["bytes"] - sum(counts[f"{fact}_bytes"] for fact in left_out)
