"""Events: small frozen facts, and the envelope that the store gives them."""

from datetime import datetime
from typing import dataclass_transform

from msgspec import Struct


def _first_version(name: str) -> str:
    return f"{name}@1"


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Event(
    Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag=_first_version, tag_field="type"
):
    """A fact in the past tense, tagged `Name@schema_version`. It carries business data only.

    It holds no reference cycles, so the garbage collector does not track it.
    """


class Context(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The part of the envelope that the writer knows: actor, correlation, cause."""

    actor: str
    correlation_id: str | None = None
    causation_id: str | None = None
    batch_id: str | None = None
    traceparent: str | None = None
    """W3C trace context of the request that this answers, made at the edge."""


class Recorded(Struct, frozen=True, gc=False):
    """An event with its envelope, as readers see it."""

    stream: str
    version: int
    event: Event
    recorded_at: datetime
    context: Context
    revision: int
    """The last version of the commit it came in: the new revision of an image whose revision was checked."""

    @property
    def event_id(self) -> str:
        return f"{self.stream}@{self.version}"


def tag_of(event: Event | type[Event]) -> str:
    """The tag as stored, such as `ImageRegistered@1`."""
    return str(event.__struct_config__.tag)


def type_of(event: Event | type[Event]) -> str:
    return tag_of(event).partition("@")[0]


def schema_version_of(event: Event | type[Event]) -> int:
    return int(tag_of(event).partition("@")[2])
