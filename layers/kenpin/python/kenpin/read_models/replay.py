"""Plays history into an empty database, in one reading of each stream and in memory that does not grow with it."""

from collections.abc import Callable, Iterable
from typing import Final

from kenpin.domain.catalogue import recorded
from kenpin.domain.commit import Commit
from kenpin.projections.database import Database
from kenpin.projections.projection import OfCommits
from kenpin.read_models.catalogue import models_of

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
    window: list[Commit] = []
    done = 0
    for commit in commits:
        window.append(commit)
        if sum(one.count for one in window) >= WINDOW:
            told(projected := _project(stream, window, database, upto))
            done, window = done + projected, []
    if window:
        told(projected := _project(stream, window, database, upto))
        done += projected
    return done


def _project(stream: str, commits: list[Commit], database: Database, upto: int) -> int:
    """A commit that ends beyond `upto` tells those of its events that do not."""
    facts = [fact for commit in commits for fact in recorded(commit) if fact.version <= upto]
    with database.transaction() as sql:
        for model in models_of(stream):
            if isinstance(model.project, OfCommits):
                batch = model.batch()
                for commit in commits:
                    batch.add(commit, upto)
                batch.project(sql)
            else:
                model.project(facts, sql)
            sql.execute(
                """insert into checkpoint values (%s, %s, %s, '') on conflict (projection, stream)
                do update set version = excluded.version""",
                (model.name, stream, facts[-1].version),
            )
    return len(facts)
