"""Answers about claims, field by field."""

from datetime import datetime

from pydantic import BaseModel


class ImageClaim(BaseModel):
    image_id: str
    actor: str
    until: datetime


class ImageClaims(BaseModel):
    """The claims of everybody in the dataset that hold now."""

    claims: list[ImageClaim]
