"""The images that a run learns from, is measured by, or only scores: one rule, in Python and in SQL.

The SQL stands beside the rule that it repeats; `tests/read_models/test_eligibility.py` holds both equal.
"""

from collections.abc import Mapping
from typing import Final, Literal

from kenpin.domain.dataset.refusals import TooFewAccepted, TooFewLabels
from kenpin.domain.dataset.state import ImageState
from kenpin.domain.ids import Split, Verdict
from kenpin.domain.recipe import Method

Use = Literal["train", "validation", "test", "pool"]
"""train: the run learns from the image; validation and test: it is measured by it; pool: it only scores it."""

LEAST_LABELS: Final[Mapping[Method, tuple[int, int]]] = {
    "probe": (2, 2),
    "fine_tune": (2, 2),
    "anomaly": (8, 0),
    "segmentation": (2, 2),
}
"""OK and NG images that a run needs, so that a model can be fitted and its scores checked."""
FEWEST_OF_CLASS: Final = 5
FEWEST_GROUPS_OF_CLASS: Final = 2
"""NG images that show a class, and groups that they are of, for a model to tell the class"""


def use_of(
    *,
    split: Split | None,
    excluded: str | None,
    verdict: Verdict | None,
    review: str | None,
    accepted_only: bool = False,
) -> Use | None:
    """Return how a run uses an image; None when it does not.

    `accepted_only`: the project asks for two people, so a judgement counts once a reviewer has accepted it.
    Otherwise a judgement counts unless a reviewer has returned it.
    """
    if excluded is not None:
        return None
    if verdict is None:
        return "pool" if split in (None, "train") else None
    counts = review == "accepted" if accepted_only else review != "returned"
    return (split or "train") if counts and verdict in ("OK", "NG") else None


def use_of_image(image: ImageState, accepted_only: bool = False) -> Use | None:
    """Return how a run uses an image of a folded dataset; None when it does not."""
    return use_of(
        split=image.split,
        excluded=image.excluded,
        verdict=image.annotation.verdict if image.annotation else None,
        review=image.review,
        accepted_only=accepted_only,
    )


def counting_judgement(image: str, accepted_only: bool) -> str:
    """Return SQL for: a run learns from or is measured by the image row with this alias."""
    counts = (
        f"{image}.review = 'accepted'" if accepted_only else f"{image}.review is distinct from 'returned'"
    )
    return f"({image}.excluded is null and {image}.verdict in ('OK', 'NG') and {counts})"


def left_out_judgement(image: str, accepted_only: bool) -> str:
    """Return SQL for: judged OK or NG and not excluded, but the judgement does not count.

    Written in the terms of the indexes `image_to_review` and `image_returned`, so that only such rows are read.
    """
    returned = f"({image}.review = 'returned' and {image}.excluded is null)"
    waiting = f"({image}.annotated_in is not null and {image}.review is null and {image}.excluded is null)"
    left_out = f"({waiting} or {returned})" if accepted_only else returned
    return f"({left_out} and {image}.verdict in ('OK', 'NG'))"


def learnt_from(image: str) -> str:
    """Return SQL for: the split of the image row is one that a run learns from."""
    return f"coalesce({image}.split, 'train') = 'train'"


def check_enough(method: Method, *, ok: int, ng: int, left_out: int = 0) -> None:
    """Check the images to learn from. `left_out`: judged images that nobody has accepted, where that is asked.

    Raises TooFewAccepted when reviews could help, else TooFewLabels.
    """
    least_ok, least_ng = LEAST_LABELS[method]
    if ok >= least_ok and ng >= least_ng:
        return
    if left_out:
        raise TooFewAccepted(least_ok, least_ng, ok=ok, ng=ng, left_out=left_out)
    raise TooFewLabels(least_ok, least_ng, ok=ok, ng=ng)


def is_class_learnt(images: int, groups: int) -> bool:
    """Return True where enough NG images of enough groups show a class, so that a model learns to tell it."""
    return images >= FEWEST_OF_CLASS and groups >= FEWEST_GROUPS_OF_CLASS
