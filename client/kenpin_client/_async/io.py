"""Input and output with async: the HTTP client, pauses, and work side by side."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import TypeVar

import httpx

from kenpin_client.files import Blob, next_chunk

A = TypeVar("A")
R = TypeVar("R")
AsyncHttp = httpx.AsyncClient
AsyncHttpTransport = httpx.AsyncBaseTransport
sleep = asyncio.sleep


def close_with(owner: object, http: AsyncHttp) -> None:
    """Do nothing: only code with async can close this one."""


async def in_thread(function: Callable[[A], R], argument: A) -> R:
    """Run what blocks, such as reading a file, beside the event loop."""
    return await asyncio.to_thread(function, argument)


async def chunks(blob: Blob) -> AsyncIterator[bytes]:
    """Yield the bytes of a blob. Raises OSError."""
    left = blob.size
    with await asyncio.to_thread(blob.open) as file:
        while chunk := await asyncio.to_thread(next_chunk, file, left):
            yield chunk
            left -= len(chunk)


async def side_by_side(
    function: Callable[[A], Awaitable[R]], arguments: Iterable[A], at_once: int
) -> list[R]:
    """Return the results in order; the first error ends all."""
    free = asyncio.Semaphore(at_once)

    async def run(argument: A) -> R:
        async with free:
            return await function(argument)

    tasks = [asyncio.create_task(run(argument)) for argument in arguments]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
