"""`kenpin verify`: hash every stream again on this machine, and compare with heads and signed anchors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated, Final

import typer

from functions.api.history.answers import Stream
from host.audit.anchor_sources import of_folder, of_platform, read_records, trusted_keys
from host.audit.rows_ahead import ShownVersions, rows_ahead, shown_versions
from host.cli.client import Client
from host.cli.commands.verify_objects import verify_objects
from host.cli.connect import connect
from host.cli.failures import AnswerIsNo
from host.cli.history import commits
from host.cli.options import Json, Tenant
from host.cli.output import line, show_json, warn
from host.cli.progress import bars
from kenpin.domain.anchor import STAMP, Doubt, Marks, Record, marks, missed
from kenpin.domain.commit import Commit, Finding, Head, genesis
from kenpin.domain.commit import verify as walk

AT_ONCE: Final = 4
"""Streams that are read at the same time: the answers of one are made while another's are hashed."""
Step = Callable[[int], None]
Keys = Annotated[
    Path | None,
    typer.Option(
        help="File of public keys that you trust, one in hex a line: no other signature counts then."
    ),
]
Kept = Annotated[
    Path | None,
    typer.Option("--anchors", help="Folder of anchors that you keep: history must fit them, too."),
]
Stamps = Annotated[
    Path | None,
    typer.Option(
        "--tsa",
        help="PEM file with the certificates of the time-stamp authority: its stamps are checked, too.",
    ),
]


def verify(
    prefix: Annotated[
        str, typer.Argument(metavar="PREFIX", help="Only streams that begin so, such as dataset-.")
    ] = "",
    keys: Keys = None,
    kept: Kept = None,
    stamps: Stamps = None,
    tenant: Tenant = "local",
    objects: Annotated[
        bool, typer.Option("--objects", help="Check the stored pictures and masks instead of history.")
    ] = False,
    state: Annotated[
        Path, typer.Option(help="File for --objects: a check that was stopped goes on from it.")
    ] = Path("kenpin-verify-objects.sqlite"),
    json: Json = False,
) -> None:
    """Check that history is as it was appended, or that stored pictures are as they came in.

    Every stream is hashed again on this machine, from its genesis to its head, and compared with all signed anchors.
    With --keys and --anchors of your own, not even the owner of the platform can rewrite unseen what was anchored;
    the answer says what was not compared. Rows that show what history does not have are found, too.

    With --objects, every stored picture and mask is read, and its bytes are compared with its digest.
    """

    if objects:
        return verify_objects(prefix, state, json)
    client = connect()
    shown = shown_versions(client, prefix)
    heads = [
        Head(each.stream, each.version, bytes.fromhex(each.hash))
        for each in client.items("/streams", Stream, prefix=prefix, limit=1000)
    ]
    events = sum(head.version for head in heads)
    records, findings = anchor_sources(client, tenant, keys, kept)
    stamped, more = check_time_stamps(client, stamps, kept)
    findings += more
    known = {stream: at for stream, at in marks(records).items() if stream.startswith(prefix)}
    with bars() as watching:
        watching.stage("events", events)
        findings += check_all(client, heads, tenant, known, shown, watching.step)
    gaps = not_compared(known, heads, keys, kept)
    if stamped is None:
        gaps.append("time stamps of the anchors (--tsa)")
    if json:
        found = [{"stream": f.stream, "version": f.version, "what": f.what} for f in findings]
        anchors = len([record for record in records if record.name.startswith("anchor")])
        show_json(
            {
                "streams": len(heads),
                "events": events,
                "anchors": anchors,
                "findings": found,
                "not_compared": gaps,
            }
        )
    for finding in findings:
        warn(
            f"{finding.stream} version {finding.version}: {finding.what}"
            if finding.version
            else _short(finding)
        )
    if findings:
        raise AnswerIsNo(f"history is not as it was appended: {len(findings)} findings")
    if not json:
        line(f"verify: intact, {len(heads)} streams, {events:,} events, {vouched(known, heads)}")
        if stamped:
            newest = max(stamped)
            line(f"time stamps: {len(stamped)} hold, the newest of {stamped[newest]} on {newest}")
        for gap in gaps:
            warn(f"not compared: {gap}")


def _short(finding: Finding) -> str:
    return f"{finding.stream}: {finding.what}"


def vouched(known: Marks, heads: Sequence[Head]) -> str:
    """Show how much of history the anchors cover."""
    events = sum(max(known[head.stream]) for head in heads if head.stream in known)
    return f"{events:,} of them anchored" if events else "none of them anchored yet"


def not_compared(known: Marks, heads: Sequence[Head], keys: Path | None, kept: Path | None) -> list[str]:
    """Return what was not compared, and so is not proved against the owner of the platform."""
    late = sum(head.version - max(known.get(head.stream, {0: {}})) for head in heads)
    gaps = [
        (keys is None, "keys that you keep (--keys): signatures counted by the keys that the platform names"),
        (kept is None, "anchors that you keep (--anchors): who has the key can rewrite and anchor anew"),
        (late > 0, f"{late:,} events after the last anchor: they can still be rewritten unseen"),
    ]
    return [gap for is_open, gap in gaps if is_open]


def anchor_sources(
    client: Client, tenant: str, keys: Path | None, kept: Path | None
) -> tuple[list[Record], list[Finding]]:
    """All anchors and keys, and what is wrong with them among themselves."""

    trusted = trusted_keys(keys) if keys else None
    records, doubts = read_records(of_platform(client), tenant, trusted)
    if kept:
        own, more = read_records(of_folder(kept), tenant, trusted, f"{kept}/")
        records, doubts = [*records, *own], [*doubts, *more]
    return records, [_finding(doubt) for doubt in doubts]


def check_time_stamps(
    client: Client, certificates: Path | None, kept: Path | None
) -> tuple[dict[str, str] | None, list[Finding]]:
    """Return the times of stamped anchors, None where stamps were not compared, and what is wrong with stamps."""
    sources = [(of_platform(client), ""), *([(of_folder(kept), f"{kept}/")] if kept else [])]
    if certificates is None:
        there = any(name.endswith(STAMP) for files, _ in sources for name, _ in files)
        return None if there else {}, []
    from host.audit.time_stamps import check_stamps, trusted_certificates

    trusted, times, doubts = trusted_certificates(certificates), dict[str, str](), list[Doubt]()
    for files, prefix in sources:
        found, wrong = check_stamps(files, trusted, prefix)
        times, doubts = times | found, doubts + wrong
    return times, [_finding(doubt) for doubt in doubts]


def _finding(doubt: Doubt) -> Finding:
    return Finding(doubt.where, doubt.version, doubt.what)


def check_all(
    client: Client,
    heads: Sequence[Head],
    tenant: str,
    known: Marks,
    shown: Mapping[str, ShownVersions],
    step: Step,
) -> Iterator[Finding]:
    there = {head.stream for head in heads}
    for stream in shown.keys() - there:
        yield from rows_ahead(stream, shown[stream], {})
    for stream in known.keys() - there:
        yield Finding(stream, 0, f"anchors know it up to version {max(known[stream])}, and it is not there")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(
            lambda head: list(
                check(client, head, tenant, known.get(head.stream, {}), shown.get(head.stream, {}), step)
            ),
            heads,
        )
        for findings in found:
            yield from findings


def check(
    client: Client,
    head: Head,
    tenant: str,
    known: Mapping[int, Mapping[str, str]] | None = None,
    shown: ShownVersions | None = None,
    step: Step = lambda _: None,
) -> Iterator[Finding]:
    """Yield what is wrong between the start of the stream and the head that the platform names.

    `known`: the versions that anchors know; `shown`: those that rows show.
    """
    reached: dict[int, str] = {}
    wanted = {*(known or {}), *(shown or {})}

    def noted() -> Iterator[Commit]:
        for commit in commits(client, head.stream, head.version):
            yield commit
            step(commit.count)
            if commit.last in wanted:
                reached[commit.last] = commit.hash.hex()

    start = Head(head.stream, 0, genesis(tenant, head.stream))
    for found in walk(start, noted()):
        if isinstance(found, Finding):
            yield found
        elif (found.version, found.hash) != (head.version, head.hash):
            what = f"the chain ends here, not at the head of version {head.version}"
            yield Finding(head.stream, found.version, what)
    yield from map(_finding, missed(head.stream, known or {}, reached))
    yield from rows_ahead(head.stream, shown or {}, reached)
