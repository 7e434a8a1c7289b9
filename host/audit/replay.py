"""Replays streams into an empty database of this machine, and compares every table with the platform's, by digest."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from msgspec import Struct

from functions.api.proof.answers import StreamRows
from host.cli.client import Client
from host.cli.failures import AnswerIsNo, Refused
from host.cli.history import commits
from host.embedded_postgres import EmbeddedPostgres
from kenpin.application.move import ProgressListener
from kenpin.bootstrap.databases import scratch
from kenpin.domain.commit import Commit, Finding, Head, genesis, verify
from kenpin.projections.database import Database
from kenpin.projections.digests import digests
from kenpin.projections.replay import replay
from kenpin.read_models.catalogue import models_of


class TableComparison(Struct, frozen=True):
    """The comparison of one replayed stream with the platform's rows, table by table."""

    stream: str
    version: int
    tables: tuple[str, ...]
    """The tables that were compared; as of a past version only those that keep a past."""
    rows: int
    differ: tuple[str, ...]


class ReplayResult(Struct, frozen=True):
    streams: tuple[TableComparison, ...]
    events: int
    seconds: float
    """Time for reading, checking the chain and projecting, without the comparison."""

    @property
    def differences(self) -> list[TableComparison]:
        return [each for each in self.streams if each.differ]


@contextmanager
def empty_database(url: str) -> Iterator[Database]:
    """Yield an empty database for one replay, emptied afterwards. `url`: empty for a temporary server."""

    with ExitStack() as stack:
        if not url:
            folder = stack.enter_context(
                TemporaryDirectory(prefix="kenpin-replay-", ignore_cleanup_errors=True)
            )
            url = stack.enter_context(EmbeddedPostgres(Path(folder) / "postgres")).url
        database = stack.enter_context(scratch(url))
        if database is None:
            raise Refused(
                "the database of --database-url is not empty; name one that holds nothing of Kenpin"
            )
        yield database


def replay_all(
    client: Client,
    heads: Sequence[Head],
    to: int | datetime | None,
    tenant: str,
    url: str,
    progress: ProgressListener,
) -> ReplayResult:
    """Replay streams and compare their rows. Raises AnswerIsNo (broken chain), Refused (unknown version)."""
    with empty_database(url) as database:
        started, versions = time.monotonic(), dict[str, int]()
        progress.stage("events", sum(head.version for head in heads))
        for head in heads:
            if version := _replay_stream(client, head, to, tenant, database, progress):
                versions[head.stream] = version
        seconds = time.monotonic() - started
        compared = tuple(_compare(client, database, stream, version) for stream, version in versions.items())
    return ReplayResult(compared, sum(versions.values()), round(seconds, 3))


def _replay_stream(
    client: Client,
    head: Head,
    to: int | datetime | None,
    tenant: str,
    database: Database,
    progress: ProgressListener,
) -> int:
    """Replay one stream; return the version reached."""

    upto = to if isinstance(to, int) else head.version
    if upto > head.version:
        raise Refused(f"{head.stream} has no version {upto}; its newest is {head.version}")
    stream_commits = _verified(
        commits(client, head.stream, upto), Head(head.stream, 0, genesis(tenant, head.stream))
    )
    if isinstance(to, datetime):
        stream_commits = _recorded_until(stream_commits, to)
    return replay(models_of(head.stream), head.stream, stream_commits, database, upto, progress.step)


def _verified(unchecked: Iterator[Commit], head: Head) -> Iterator[Commit]:
    for commit in unchecked:
        for result in verify(head, [commit]):
            if isinstance(result, Finding):
                raise AnswerIsNo(
                    f"{result.stream} version {result.version}: {result.what}; see `kenpin verify`"
                )
            head = result
        yield commit


class _Recorded(Struct):
    recorded_at: datetime


def _recorded_until(stream_commits: Iterator[Commit], moment: datetime) -> Iterator[Commit]:
    for commit in stream_commits:
        if msgspec.json.decode(commit.meta, type=_Recorded).recorded_at > moment:
            return
        yield commit


def _compare(client: Client, database: Database, stream: str, version: int) -> TableComparison:
    """Compare the tables that the platform can show as of this version."""

    platform_rows = client.get(f"/proof/rows/{stream}", StreamRows, version=version)
    with database.transaction() as sql:
        replayed_rows = {each.table: each for each in digests(models_of(stream), sql, stream, version)}
    shown = [each for each in platform_rows.tables if each.table in replayed_rows]
    differ = tuple(each.table for each in shown if each.digest != replayed_rows[each.table].digest)
    tables = tuple(each.table for each in shown)
    return TableComparison(
        stream, version, tables, sum(replayed_rows[table].rows for table in tables), differ
    )
