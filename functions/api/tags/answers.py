"""Answers about tags, the names of dataset versions."""

from datetime import datetime

from pydantic import BaseModel


class Tag(BaseModel):
    name: str
    version: int
    note: str
    at: datetime
    by: str
