"""Input and output without async: the HTTP client, pauses, and work side by side by threads."""

import time
import weakref
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import httpx

from kenpin_client.files import Blob, next_chunk

A = TypeVar("A")
R = TypeVar("R")
Http = httpx.Client
HttpTransport = httpx.BaseTransport
sleep = time.sleep


def close_with(owner: object, http: Http) -> None:
    """Close the HTTP client when its owner goes, as in a notebook, where nobody closes it."""
    weakref.finalize(owner, http.close)


def in_thread(function: Callable[[A], R], argument: A) -> R:
    """Run what blocks. Without an event loop nothing waits for it."""
    return function(argument)


def chunks(blob: Blob) -> Iterator[bytes]:
    """Yield the bytes of a blob. Raises OSError."""
    left = blob.size
    with blob.open() as file:
        while chunk := next_chunk(file, left):
            yield chunk
            left -= len(chunk)


def side_by_side(function: Callable[[A], R], arguments: Iterable[A], at_once: int) -> list[R]:
    """Return the results in order; the first error ends all."""
    with ThreadPoolExecutor(at_once) as threads:
        return list(threads.map(function, arguments))
