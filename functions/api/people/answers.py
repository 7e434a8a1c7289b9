"""Answers about people, field by field."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

MailLanguage = Literal["ja", "en"]


class Person(BaseModel):
    actor: str
    name: str
    """Empty when it was never given, or was erased"""
    erased: bool = False


class Myself(BaseModel):
    actor: str
    name: str
    email: str


class MailChoice(BaseModel):
    """Whether the caller gets e-mails of what they must know, and where."""

    is_sent: bool
    """Whether this installation sends e-mails at all"""
    email: str
    """Where they go to; empty where no address is known, and none is sent"""
    is_wanted: bool
    language: MailLanguage


class InvitationLink(BaseModel):
    actor: str
    url: str
    """Valid once; its reader chooses a password. No other answer holds it"""
    ends_at: datetime


class ErasedPerson(BaseModel):
    actor: str
