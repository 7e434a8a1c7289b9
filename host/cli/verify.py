"""`kenpin verify`: hash every stream again on this machine, and compare."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from host.cli.connect import connect
from host.cli.failures import AnswerIsNo
from host.cli.options import Json
from host.cli.output import line, show_json, warn
from kenpin.domain.commit import Finding, Head, genesis
from kenpin.domain.commit import verify as walk

if TYPE_CHECKING:
    from host.cli.client import Client


def verify(
    prefix: Annotated[
        str, typer.Argument(metavar="PREFIX", help="Only streams that begin so, such as dataset-.")
    ] = "",
    tenant: Annotated[
        str, typer.Option(envvar="KENPIN_TENANT", help="Bound into every first hash.")
    ] = "local",
    json: Json = False,
) -> None:
    """Check that history is as it was appended.

    Every stream is hashed again on this machine, from its genesis to its head.
    """
    from functions.http.answers import Stream

    client = connect()
    heads = [
        Head(each.stream, each.version, bytes.fromhex(each.hash))
        for each in client.items("/streams", Stream, prefix=prefix, limit=1000)
    ]
    findings = [finding for head in heads for finding in check(client, head, tenant)]
    events = sum(head.version for head in heads)
    if json:
        found = [{"stream": f.stream, "version": f.version, "what": f.what} for f in findings]
        show_json({"streams": len(heads), "events": events, "findings": found})
    for finding in findings:
        warn(f"{finding.stream} version {finding.version}: {finding.what}")
    if findings:
        raise AnswerIsNo(f"history is not as it was appended: {len(findings)} findings")
    if not json:
        line(f"verify: intact, {len(heads)} streams, {events:,} events")


def check(client: Client, head: Head, tenant: str) -> Iterator[Finding]:
    """What is wrong between the stream's genesis and the head that the platform names."""
    from host.cli.history import commits

    start = Head(head.stream, 0, genesis(tenant, head.stream))
    for found in walk(start, commits(client, head.stream, head.version)):
        if isinstance(found, Finding):
            yield found
        elif (found.version, found.hash) != (head.version, head.hash):
            what = f"the chain ends here, not at the head of version {head.version}"
            yield Finding(head.stream, found.version, what)
