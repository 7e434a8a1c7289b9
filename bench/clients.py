"""Clients of the API in processes of their own, each on a kept-alive connection, one request after another."""

import http.client
import json
import multiprocessing
import time
from collections.abc import Sequence
from contextlib import closing
from typing import Final

from msgspec import Struct

HEADERS: Final = {"Kenpin-Actor": "bench", "Content-Type": "application/json"}
START_S: Final = 1.5
"""Time for all clients to be there before the first request."""


class Ask(Struct, frozen=True):
    """One request; a body makes it a POST."""

    path: str
    body: dict[str, object] | None = None


class Timing(Struct, frozen=True):
    latencies: list[float]
    """seconds, of every request of every client"""
    per_second: float


def timed(port: int, asks: Sequence[Sequence[Ask]]) -> Timing:
    """One client per entry of `asks`, all at once. Raises AssertionError on an answer that is no success."""
    at = time.time() + START_S
    work = [(port, [(ask.path, ask.body) for ask in of_client], at) for of_client in asks]
    if len(work) == 1:
        answers = [_client(work[0])]
    else:
        with multiprocessing.get_context("fork").Pool(len(work)) as pool:
            answers = pool.map(_client, work, chunksize=1)
    latencies = [latency for of_client, _, _ in answers for latency in of_client]
    seconds = max(end for _, _, end in answers) - min(start for _, start, _ in answers)
    return Timing(latencies, len(latencies) / seconds)


def _client(
    work: tuple[int, list[tuple[str, dict[str, object] | None]], float],
) -> tuple[list[float], float, float]:
    port, asks, at = work
    latencies: list[float] = []
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        time.sleep(max(0.0, at - time.time()))
        start = time.perf_counter()
        for path, body in asks:
            before = time.perf_counter()
            _send(connection, path, body)
            latencies.append(time.perf_counter() - before)
        return latencies, start, time.perf_counter()


def _send(connection: http.client.HTTPConnection, path: str, body: dict[str, object] | None) -> None:
    content = None if body is None else json.dumps(body)
    connection.request("GET" if content is None else "POST", path, content, HEADERS)
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status < 300, f"{path} answered {answer.status}: {text[:300]!r}"
