"""The verdict of a model on an image: by its score, the threshold and the grey zone, and by how unfamiliar it is."""

from typing import Literal

from kenpin.domain.model.drift import UNFAMILIAR

ModelVerdict = Literal["OK", "NG", "grey", "unfamiliar"]


def is_grey(score: float, threshold: float, grey_from: float | None) -> bool:
    """Return True for a score in the grey zone, which ends below the threshold. `grey_from`: None for no zone."""
    return grey_from is not None and grey_from <= score < threshold


def verdict_of(
    score: float, threshold: float, grey_from: float | None, unfamiliar: float | None
) -> ModelVerdict:
    """Return the verdict. The score of an unfamiliar image does not count."""
    if unfamiliar is not None and unfamiliar >= UNFAMILIAR:
        return "unfamiliar"
    if score >= threshold:
        return "NG"
    return "grey" if is_grey(score, threshold, grey_from) else "OK"
