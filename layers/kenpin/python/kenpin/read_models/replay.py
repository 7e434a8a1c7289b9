"""Plays history into an empty database, in one reading of each stream and in memory that does not grow with it."""

from collections.abc import Callable, Iterable
from typing import Final

from kenpin.domain.catalogue import recorded
from kenpin.domain.commit import Commit
from kenpin.domain.event import Recorded
from kenpin.read_models.catalogue import models_of
from kenpin.read_models.database import Database

WINDOW: Final = 5_000
"""Events that are projected in one transaction."""


def replay(
    stream: str,
    commits: Iterable[Commit],
    database: Database,
    upto: int,
    told: Callable[[int], None] = lambda events: None,
) -> int:
    """Every read model of the stream as its events up to version `upto` make it. Answers how many events that were."""
    facts: list[Recorded] = []
    done = 0
    for commit in commits:
        facts += [fact for fact in recorded(commit) if fact.version <= upto]
        if len(facts) >= WINDOW:
            done += _project(stream, facts, database)
            told(len(facts))
            facts = []
    if facts:
        done += _project(stream, facts, database)
        told(len(facts))
    return done


def _project(stream: str, facts: list[Recorded], database: Database) -> int:
    with database.transaction() as sql:
        for model in models_of(stream):
            model.project(facts, sql)
            sql.execute(
                """insert into checkpoint values (%s, %s, %s, '') on conflict (projection, stream)
                do update set version = excluded.version""",
                (model.name, stream, facts[-1].version),
            )
    return len(facts)
