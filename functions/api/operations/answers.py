"""Answers about what needs an operator: queue, dead letters, parked streams, health."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel


class Queue(BaseModel):
    """The number of jobs by state."""

    ready: int
    running: int
    dead: int


class DeadLetter(BaseModel):
    source: Literal["jobs", "intake", "unheard"]
    id: str
    kind: str
    """train, suggest: a job; arrival: an image event; wake_up: an event that no function took"""
    subject: str
    """The run (train) or the dataset (suggest); of the others, their id"""
    attempts: int | None
    reason: str
    details: str
    """The end of a job's log; else the message"""
    dead_at: str


class Redriven(BaseModel):
    source: Literal["jobs", "intake", "unheard"]
    id: str


class Parked(BaseModel):
    reader: str
    """The projection that is stuck, or `reactors`"""
    stream: str
    version: int
    """The first version of the commit that it broke on"""
    error: str
    message: str
    since: datetime
    attempts: int
    next_try: datetime


class Released(BaseModel):
    reader: str
    stream: str


class Disk(BaseModel):
    """The disk with the data of one machine."""

    free_bytes: int
    total_bytes: int
    state: Literal["enough", "low", "full"]
    """full: uploads are refused; the rest is kept for events"""


class Health(BaseModel):
    status: Literal["ok", "degraded"]
    version: str
    database: Literal["answers", "not asked"]
    """A database that sleeps while nobody works isn't asked"""
    cause: str | None = None
    """The reason, when degraded"""
    disk: Disk | None = None
    """None on AWS"""
