"""Execute the command of a request for the caller and answer with the new version."""

import secrets
from collections.abc import Mapping
from typing import TypeVar

from functions.http.answers import Accepted
from functions.http.request import caller, idempotency_key, request_context, request_path
from kenpin.application.execute import Versioned
from kenpin.bootstrap import platform
from kenpin.domain.decider import Decider
from kenpin.domain.event import Event
from kenpin.domain.ids import ImageId, derived_id
from kenpin.ports import Appended

S = TypeVar("S", bound=Versioned)
C = TypeVar("C")
E = TypeVar("E", bound=Event)


def execute(
    decider: Decider[S, C, E], id: str, command: C, revisions: Mapping[ImageId, int] | None = None
) -> Appended:
    return platform().commands.execute_request(decider, id, command, request_context(), revisions)


def accept(decider: Decider[S, C, E], id: str, command: C) -> Accepted:
    return accepted(execute(decider, id, command), id)


def accepted(appended: Appended, id: str) -> Accepted:
    return Accepted(stream=appended.stream, version=appended.version, hash=appended.hash.hex(), id=id)


def new_id() -> str:
    """Return a new id: twelve characters, 60 bits in base 32. A repeated request with a key gets the same id."""
    key = idempotency_key()
    if key is None:
        return derived_id(secrets.token_hex(32))
    return derived_id(request_path(), caller().actor, key.value)
