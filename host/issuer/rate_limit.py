"""The limit on failed sign-ins, for an account and for an address."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kenpin.projections.database import Database

WINDOW: Final = timedelta(minutes=15)
"""The time that failures are remembered and that sign-ins over the limit are refused."""


@dataclass(frozen=True)
class RateLimit:
    kind: str
    most: int


ACCOUNT: Final = RateLimit("account", 10)
ADDRESS: Final = RateLimit("address", 100)


@dataclass(frozen=True)
class SignInAttempt:
    """One attempt, counted as failed before it is checked, so that parallel attempts count too."""

    count: int
    ends_at: datetime
    limit: RateLimit

    @property
    def is_allowed(self) -> bool:
        return self.count <= self.limit.most

    @property
    def reached_limit(self) -> bool:
        return self.count == self.limit.most


def attempt(database: Database, limit: RateLimit, subject: str) -> SignInAttempt:
    with database.transaction() as sql:
        sql.execute("delete from identity.failure where ends_at < now() - interval '1 day'")
        row = sql.execute(
            """insert into identity.failure as f values (%(about)s, 1, now() + %(pause)s)
            on conflict (about) do update set
                count = case when f.ends_at <= now() then 1 else least(f.count, %(most)s) + 1 end,
                ends_at = case when f.ends_at <= now() or f.count < %(most)s then now() + %(pause)s
                    else f.ends_at end
            returning count, ends_at""",
            {"about": _subject_digest(limit, subject), "pause": WINDOW, "most": limit.most},
        ).fetchall()[0]
    return SignInAttempt(row["count"], row["ends_at"], limit)


def succeeded(database: Database, limit: RateLimit, subject: str, *, forgets: bool) -> None:
    """Take back the count of an attempt; with `forgets`, of all before it too."""
    with database.transaction() as sql:
        sql.execute(
            "update identity.failure set count = case when %s then 0 else greatest(count - 1, 0) end where about = %s",
            (forgets, _subject_digest(limit, subject)),
        )


def _subject_digest(limit: RateLimit, subject: str) -> bytes:
    return hashlib.sha256(f"{limit.kind}\0{subject.strip().lower()}".encode()).digest()
