"""What the API answers about people, field by field."""

from datetime import datetime

from pydantic import BaseModel


class Person(BaseModel):
    actor: str
    name: str
    """Empty: nobody has said it, or it was erased."""
    erased: bool = False


class Myself(BaseModel):
    actor: str
    name: str
    email: str


class InvitationLink(BaseModel):
    actor: str
    url: str
    """Good once; who opens it chooses a password. It is told only here."""
    ends_at: datetime


class Erased(BaseModel):
    actor: str
