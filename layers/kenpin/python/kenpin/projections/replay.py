"""Replay: project history into an empty database, reading each stream once, in bounded memory."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from kenpin.domain.commit import Commit
from kenpin.projections.database import Database
from kenpin.projections.projection import ReadModel

WINDOW: Final = 5_000
"""Events that are projected in one transaction."""


def replay(
    models: Sequence[ReadModel],
    stream: str,
    commits: Iterable[Commit],
    database: Database,
    upto: int,
    on_progress: Callable[[int], None] = lambda events: None,
) -> int:
    """Project the events of a stream up to version `upto` into the rows of these models; return how many they were."""
    window: list[Commit] = []
    done = 0
    for commit in commits:
        window.append(commit)
        if sum(one.count for one in window) >= WINDOW:
            on_progress(projected := _project(models, stream, window, database, upto))
            done, window = done + projected, []
    if window:
        on_progress(projected := _project(models, stream, window, database, upto))
        done += projected
    return done


def _project(
    models: Sequence[ReadModel], stream: str, commits: list[Commit], database: Database, upto: int
) -> int:
    """Events beyond `upto` are left out, of a commit that goes beyond it too."""
    last = min(commits[-1].last, upto)
    with database.transaction() as sql:
        for model in models:
            batch = model.batch()
            for commit in commits:
                batch.add(commit, upto)
            batch.project(sql)
            sql.execute(
                """insert into checkpoint values (%s, %s, %s, '') on conflict (projection, stream)
                do update set version = excluded.version""",
                (model.name, stream, last),
            )
    return last - commits[0].first + 1
