"""Scores of defect classes in a predictions file: the classes that they are of, and the likeliest of an image."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

LIKELY: Final = 0.5
"""Scores are calibrated: from this on a class is likelier than not."""
Shares = Sequence[float | None]
"""0..1 for each class of the model, None where nothing says it"""


def model_classes(metadata: Mapping[bytes, bytes] | None) -> tuple[str, ...] | None:
    """Return the classes that class scores are of. `metadata`: of the file; None: the run scores no classes."""
    told = (metadata or {}).get(b"model_classes")
    return None if told is None else tuple(json.loads(told))


def is_likely(scores: Shares | None, place: int) -> bool:
    """Return True where the model says that an image shows the class of this place."""
    score = scores[place] if scores else None
    return score is not None and score >= LIKELY


def likeliest(names: Sequence[str], scores: Shares | None) -> str | None:
    """Return the class with the highest score; None where no class is likely."""
    best = max(_known(names, scores), default=(0.0, ""))
    return best[1] if best[0] >= LIKELY else None


def likelier_class(marked: Sequence[str], names: Sequence[str], scores: Shares | None) -> str | None:
    """Return the class that is likely where none of the marked is; None where a marked class is not scored."""
    told = {name: score for score, name in _known(names, scores)}
    if not marked or any(told.get(name, 1.0) >= LIKELY for name in marked):
        return None
    return likeliest(names, scores)


def named_scores(names: Sequence[str], scores: Shares | None) -> list[dict[str, str | float]]:
    """Return the classes with their scores, the highest first."""
    return [{"class_id": name, "score": score} for score, name in sorted(_known(names, scores), reverse=True)]


def _known(names: Sequence[str], scores: Shares | None) -> list[tuple[float, str]]:
    told = zip(scores or (), names, strict=True) if scores else ()
    return [(score, name) for score, name in told if score is not None]
