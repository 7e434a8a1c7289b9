"""How often a sign-in may fail, for an account and from an address, before the next one has to wait."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kenpin.projections.database import Database

PAUSE: Final = timedelta(minutes=15)
"""How long failures are remembered, and how long the one too many is answered with no."""


@dataclass(frozen=True)
class Brake:
    kind: str
    most: int


ACCOUNT: Final = Brake("account", 10)
ADDRESS: Final = Brake("address", 100)


@dataclass(frozen=True)
class Attempt:
    """Counted as failed before it is looked at, so that many at once are not more than one after the other."""

    count: int
    ends_at: datetime
    brake: Brake

    @property
    def may_go_on(self) -> bool:
        return self.count <= self.brake.most

    @property
    def was_the_last(self) -> bool:
        return self.count == self.brake.most


def attempt(database: Database, brake: Brake, whom: str) -> Attempt:
    with database.transaction() as sql:
        sql.execute("delete from identity.failure where ends_at < now() - interval '1 day'")
        row = sql.execute(
            """insert into identity.failure as f values (%(about)s, 1, now() + %(pause)s)
            on conflict (about) do update set
                count = case when f.ends_at <= now() then 1 else least(f.count, %(most)s) + 1 end,
                ends_at = case when f.ends_at <= now() or f.count < %(most)s then now() + %(pause)s
                    else f.ends_at end
            returning count, ends_at""",
            {"about": _about(brake, whom), "pause": PAUSE, "most": brake.most},
        ).fetchall()[0]
    return Attempt(row["count"], row["ends_at"], brake)


def succeeded(database: Database, brake: Brake, whom: str, *, forgets: bool) -> None:
    """The attempt was none to count; with `forgets`, nor were those before it."""
    with database.transaction() as sql:
        sql.execute(
            "update identity.failure set count = case when %s then 0 else greatest(count - 1, 0) end where about = %s",
            (forgets, _about(brake, whom)),
        )


def _about(brake: Brake, whom: str) -> bytes:
    return hashlib.sha256(f"{brake.kind}\0{whom.strip().lower()}".encode()).digest()
