"""Requests and answers without input and output: what is sent, how answers are read, when to try again."""

import datetime
import json
import math
import os
import random
import uuid
from collections.abc import Generator, Mapping
from typing import Final, Generic, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from kenpin_client.errors import MAY_PASS, KenpinError, UnknownAnswer

T = TypeVar("T")
AsOf = str | int | datetime.datetime | None
"""A version, a tag of the dataset, or a time."""
DEFAULT_URL: Final = "http://127.0.0.1:8000"
FIRST_PAUSE_S: Final = 0.25
LONGEST_PAUSE_S: Final = 30.0
NOT_FINITE: Final = "nan and infinity are not taken; give a finite number"


class Page(msgspec.Struct, Generic[T], frozen=True):
    """One page of a list. `stale` is true where the rows lack writes that were asked for."""

    items: list[T]
    next_cursor: str | None = None
    stale: bool = False


class Written(msgspec.Struct, frozen=True):
    """The part that all answers to writes share."""

    stream: str = ""
    version: int = 0


class Freshness(msgspec.Struct, frozen=True):
    """The part of an answer that says whether it lacks writes that were asked for."""

    stale: bool = False


class BearerToken(httpx.Auth):
    """Sends the token, and shows it nowhere."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


def address(given: str | None) -> str:
    """Return the address of the platform: `given`, else KENPIN_URL, else this machine."""
    return (given or os.environ.get("KENPIN_URL") or DEFAULT_URL).rstrip("/")


def bearer(given: str | None) -> BearerToken:
    """Return the token: `given`, else KENPIN_TOKEN. Raises KenpinError where there is none."""
    token = (given or os.environ.get("KENPIN_TOKEN") or "").strip()
    if not token:
        raise KenpinError("there is no token: pass token=… or set KENPIN_TOKEN")
    return BearerToken(token)


def credentials(token: str | None, auth: httpx.Auth | None) -> httpx.Auth:
    """Return what signs the requests: `auth`, else the token. Raises KenpinError where there is neither."""
    return auth or bearer(token)


def path_part(id: str) -> str:
    """Return the id as one part of a path, also where it has slashes or is dots."""
    return quote(id, safe="").replace(".", "%2E")


def query_of(given: Mapping[str, object]) -> dict[str, str]:
    return {name: _text(value) for name, value in given.items() if value is not None}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and not math.isfinite(value):
        raise KenpinError(NOT_FINITE)
    return value.isoformat() if isinstance(value, datetime.datetime) else str(value)


def body_of(given: object) -> bytes:
    """Return the body as JSON. Raises KenpinError for a number that JSON cannot carry."""
    try:
        text = json.dumps(msgspec.to_builtins(given), allow_nan=False, ensure_ascii=False)
    except ValueError:
        raise KenpinError(NOT_FINITE) from None
    return text.encode()


def write_headers(batch: str | None) -> dict[str, str]:
    """Return the headers of a write. Retries of it send the same key, so that it counts once."""
    headers = {"Idempotency-Key": uuid.uuid4().hex, "Content-Type": "application/json"}
    if batch:
        headers["Kenpin-Batch"] = batch
    return headers


def read(answer: httpx.Response, kind: type[T]) -> T:
    """Return the answer as this type. Raises UnknownAnswer."""
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except msgspec.DecodeError as error:
        asked = f"{answer.request.method} {answer.request.url.path}"
        raise UnknownAnswer(
            f"{asked} answered what this version of kenpin-client cannot read: {error}"
        ) from None


def written_by(answer: httpx.Response) -> Written | None:
    """Return the stream and version of a write; None where the answer names none, such as that of a plan."""
    if not answer.content.startswith(b"{"):
        return None
    written = read(answer, Written)
    return written if written.stream else None


def page_of(kind: type[T]) -> type[Page[T]]:
    """Return the type of a page, for answers that are read at run time."""
    return Page[kind]  # type: ignore[valid-type]


def pause_s(attempt: int, answer: httpx.Response | None) -> float | None:
    """Return the seconds before the next attempt, by Retry-After where there is one; None: do not try again."""
    if answer is not None and answer.status_code not in MAY_PASS:
        return None
    told = answer.headers.get("Retry-After", "") if answer is not None else ""
    if told.isdecimal():
        return min(float(told), LONGEST_PAUSE_S)
    return min(FIRST_PAUSE_S * (1 << attempt), LONGEST_PAUSE_S) * random.uniform(0.5, 1)
