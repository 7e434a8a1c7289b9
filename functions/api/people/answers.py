"""Answers about people, field by field."""

from datetime import datetime

from pydantic import BaseModel


class Person(BaseModel):
    actor: str
    name: str
    """Empty when it was never given, or was erased"""
    erased: bool = False


class Myself(BaseModel):
    actor: str
    name: str
    email: str


class InvitationLink(BaseModel):
    actor: str
    url: str
    """Valid once; its reader chooses a password. No other answer holds it"""
    ends_at: datetime


class ErasedPerson(BaseModel):
    actor: str
