"""Messages that were rejected: they are kept with the reason until somebody lets them be read again."""

import hashlib
from dataclasses import dataclass
from typing import Final

from kenpin_edge.spool import Spool

KEPT: Final = 1000
"""The last ones; others count as dropped."""


@dataclass(frozen=True)
class RejectedMessage:
    """`payload`: as it came, up to the longest that is read."""

    key: int
    topic: str
    payload: bytes


def keep(spool: Spool, topic: str, payload: bytes, why: str) -> None:
    """Keep a message with the reason. It is durable when this returns; the same one is kept once."""
    digest = hashlib.sha256(f"{topic}\0".encode() + payload).hexdigest()
    spool.write(
        """insert into message (topic, payload, digest, why) values (?, ?, ?, ?)
        on conflict (digest) do update set why = excluded.why, again = 0""",
        *(topic, payload, digest, why[:500]),
    )
    for row in spool.rows("select key, topic from message order by key desc limit -1 offset ?", KEPT):
        forget(spool, row["key"])
        spool.count(row["topic"], "message")


def to_retry(spool: Spool, endpoint: str = "") -> list[RejectedMessage]:
    """Return messages to read again: those of an OPC UA server, or without one those of MQTT."""
    rows = spool.rows(
        """select key, topic, payload from message
        where again = 1 and (topic = ? or (? = '' and topic not like '%://%')) order by key limit 20""",
        *(endpoint, endpoint),
    )
    return [RejectedMessage(*row) for row in rows]


def forget(spool: Spool, key: int) -> None:
    spool.write("delete from message where key = ?", key)
