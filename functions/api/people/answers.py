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
    """The choice of the caller about e-mails, and the address that they go to."""

    is_sent: bool
    """True when this installation sends e-mails at all"""
    email: str
    """The address; empty where none is known, and no e-mail is sent"""
    is_wanted: bool
    language: MailLanguage


class InvitationLink(BaseModel):
    actor: str
    url: str
    """Valid once; its reader chooses a password. No other answer holds it"""
    ends_at: datetime


class ErasedPerson(BaseModel):
    actor: str
