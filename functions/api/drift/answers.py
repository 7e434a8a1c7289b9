"""Answers about drift, field by field."""

from pydantic import BaseModel


class Distances(BaseModel):
    images: int
    """Images with a distance"""
    median: float | None
    high: float | None
    """The 95th percentile"""
    unfamiliar: int
    """Images at 1 or more: like nothing that the model learnt"""


class DriftOfDay(BaseModel):
    day: str
    """In the time zone of the site: when the images were captured, else registered"""
    value: str | None
    """Of the condition that is compared by; None: the images name none"""
    images: int
    judged_ng: int
    """Images that the model judges NG by its threshold as it stands"""
    labelled: int
    """Images that people judged OK or NG"""
    labelled_ng: int
    distances: Distances
    gap: float | None
    """Largest difference of the two distributions by which these images are farther, 0 to 1"""
    is_small: bool
    """Too few images to say anything"""
    has_drifted: bool


class Drift(BaseModel):
    model_id: str
    dataset_id: str
    by: str
    threshold: float
    reference: Distances
    """Of the images that the model learnt from"""
    days: list[DriftOfDay]
    """Newest first; the newest 1,000"""
