"""Answers about exports, field by field."""

from typing import Literal

from pydantic import BaseModel


class FormatLoss(BaseModel):
    """Something that a format cannot carry, counted for this export"""

    fact: str
    effect: str
    count: int


class FormatPlan(BaseModel):
    name: str
    title: str
    images: int
    """Images that the format writes; the others are left out"""
    bytes: int
    """Bytes of these images"""
    losses: list[FormatLoss]


class ExportPlan(BaseModel):
    dataset_id: str
    version: int
    images: int
    bytes: int
    largest_bytes: int
    """Bytes of images that one file may hold when they are copied into it"""
    formats: list[FormatPlan]


class RequestedExport(BaseModel):
    export_id: str
    dataset_id: str
    version: int


class ExportAnswer(BaseModel):
    export_id: str
    state: Literal["making", "done", "failed"]
    percent: int
    images: int
    """Images in the file, once it is done"""
    wrong: list[str]
    """Images that the file lacks, each with the reason"""
    failed: str
    """The reason for having no file"""
    url: str | None
    """The signed address of the file, valid for half an hour to an hour"""
