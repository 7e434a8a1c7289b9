"""Results that the line waits for: each picture's is open, then ready to publish, then published."""

import json
import time
from dataclasses import dataclass

from kenpin_edge.spool import Spool


@dataclass(frozen=True)
class OpenResult:
    """`picture`: the state of its picture in the spool, with the reason where that is `rejected`."""

    key: int
    source: str
    id: str
    seconds: float
    """Time since the line sent its message"""
    picture: str
    why: str
    capture: dict[str, str]


@dataclass(frozen=True)
class ReadyResult:
    key: int
    topic: str
    body: str


def expect(spool: Spool, source: str, id: str) -> None:
    """Note that the line waits for the result of a picture. Asked twice, it is published once."""
    spool.write(
        "insert or ignore into result (source, id, asked_at) values (?, ?, ?)", source, id, time.time()
    )


def open_results(spool: Spool, n: int) -> list[OpenResult]:
    rows = spool.rows(
        """select result.key, result.source, result.id, ? - asked_at as seconds,
            picture.state as picture, why, capture
        from result join picture on picture.key = (
            select min(key) from picture where source = result.source and id = result.id)
        where result.state = 'open' order by result.key limit ?""",
        *(time.time(), n),
    )
    return [OpenResult(**{**row, "capture": json.loads(row["capture"])}) for row in rows]


def make_ready(spool: Spool, key: int, topic: str, body: str) -> None:
    spool.write("update result set state = 'ready', topic = ?, body = ? where key = ?", topic, body, key)


def ready(spool: Spool, n: int) -> list[ReadyResult]:
    rows = spool.rows("select key, topic, body from result where state = 'ready' order by key limit ?", n)
    return [ReadyResult(*row) for row in rows]


def mark_published(spool: Spool, key: int) -> None:
    spool.write("update result set state = 'published', body = '' where key = ?", key)
