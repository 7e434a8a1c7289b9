"""Answers about embedding maps, field by field."""

from pydantic import BaseModel

from kenpin.read_models.runs.embedding import MapValue


class Embedding(BaseModel):
    """A plane of images: those with like features lie near each other. The lists are in the same order."""

    dataset_id: str
    run_id: str | None
    """The newest run with a map; null: there is none"""
    images: int
    """Images of the run; the map holds 10,000 of them at most"""
    by: MapValue
    image_ids: list[str]
    x: list[float]
    y: list[float]
    values: list[str | None]
    """Of each image, as the run saw it: verdict, split or capture condition"""
