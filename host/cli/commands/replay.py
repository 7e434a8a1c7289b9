"""`kenpin replay`: replay history into an empty database and compare every table with the platform's rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec
import typer

from functions.api.history.answers import Stream
from host.audit.folding import differences_of
from host.audit.replay import ReplayResult, TableComparison, replay_all
from host.audit.rows_ahead import ahead_of_heads, shown_versions
from host.audit.scope import streams_of
from host.cli.client import Client
from host.cli.connect import connect
from host.cli.failures import AnswerIsNo, Refused
from host.cli.options import Json, Tenant
from host.cli.output import line, show_json, warn
from host.cli.progress import bars
from kenpin.domain.commit import Finding, Head

MAX_SHOWN: Final = 20


def replay(
    dataset_id: Annotated[
        str | None,
        typer.Argument(metavar="DATASET", help="Id of the dataset; left out, say --project or --all."),
    ] = None,
    project: Annotated[str | None, typer.Option(help="A project and all that belongs to it.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All streams there are.")] = False,
    to: Annotated[
        str | None,
        typer.Option(metavar="VERSION|TIME", help="Of the dataset, or a time such as 2026-03-01T12:00Z."),
    ] = None,
    database_url: Annotated[
        str,
        typer.Option(
            help="An empty PostgreSQL database; left out, a server of its own for as long as it takes."
        ),
    ] = "",
    tenant: Tenant = "local",
    json: Json = False,
) -> None:
    """Replay history into an empty database and compare the rows.

    Every read model is made again on this machine, from events whose chain is checked, and compared with the platform's
    rows table by table. As of the past, tables that keep no past are left out. Rows that are ahead of history, as
    commits were removed, are not compared: that is the answer.
    """

    if [bool(dataset_id), bool(project), everything].count(True) != 1:
        raise Refused("say what to replay: a DATASET, --project ID or --all")
    client = connect()
    shown = shown_versions(client, f"dataset-{dataset_id}" if dataset_id else "")
    heads = _heads(client, dataset_id, project)
    _require_history(ahead_of_heads(shown, heads))
    with bars() as progress:
        replayed = replay_all(client, heads, _replay_end(to, dataset_id), tenant, database_url, progress)
    if json:
        show_json(msgspec.to_builtins(replayed))
    for each in replayed.differences:
        _print_differences(client, each)
    if replayed.differences:
        raise AnswerIsNo(
            f"replay: the rows of {len(replayed.differences)} streams are not what history makes"
        )
    if not json:
        line(_summary(replayed))


def _require_history(ahead: list[Finding]) -> None:
    for each in ahead:
        warn(f"{each.stream} version {each.version}: {each.what}")
    if ahead:
        raise AnswerIsNo("replay: rows are ahead of history; nothing was replayed")


def _summary(replayed: ReplayResult) -> str:
    rows, tables = (
        sum(each.rows for each in replayed.streams),
        sum(len(each.tables) for each in replayed.streams),
    )
    speed = f"{replayed.events:,} events in {replayed.seconds:.1f} s"
    if replayed.seconds:
        speed += f" ({replayed.events / replayed.seconds:,.0f}/s)"
    scope = (
        f"version {replayed.streams[0].version}"
        if len(replayed.streams) == 1
        else f"{len(replayed.streams)} streams"
    )
    return f"replay: identical, {rows:,} rows of {tables} tables at {scope}; {speed}"


def _replay_end(to: str | None, dataset_id: str | None) -> int | datetime | None:
    if to is None:
        return None
    if to.isdecimal():
        if dataset_id is None:
            raise Refused("a version is one of a dataset; say a time, such as --to 2026-03-01T12:00Z")
        return int(to)
    try:
        moment = datetime.fromisoformat(to)
    except ValueError:
        raise Refused(f"--to {to} is no version and no time; say 120, or 2026-03-01T12:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _heads(client: Client, dataset_id: str | None, project: str | None) -> list[Head]:

    prefix = f"dataset-{dataset_id}" if dataset_id else ""
    streams = {prefix} if dataset_id else streams_of(client, None, project)
    found = client.items("/streams", Stream, prefix=prefix, limit=1000)
    heads = [
        Head(s.stream, s.version, bytes.fromhex(s.hash))
        for s in found
        if streams is None or s.stream in streams
    ]
    if not heads:
        raise Refused(f"there is no dataset {dataset_id}" if dataset_id else "there is no history to replay")
    return heads


def _print_differences(client: Client, compared: TableComparison) -> None:
    """Show which tables differ, and of a dataset which images."""

    warn(f"{compared.stream} at version {compared.version}: other rows in {', '.join(compared.differ)}")
    if compared.stream.startswith("dataset-"):
        for difference in differences_of(client, compared.stream.removeprefix("dataset-"), compared.version)[
            :MAX_SHOWN
        ]:
            warn(f"  {difference}")
