"""Rows ahead of history: the version that rows show was removed from history, or replaced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from functions.api.proof.answers import RowCheckpoint
from host.cli.client import Client
from kenpin.domain.commit import Finding, Head

ShownVersions = Mapping[int, Mapping[str, str]]
"""Version → hash in hex → the projections whose rows show it."""


def shown_versions(client: Client, prefix: str = "") -> Mapping[str, ShownVersions]:
    """Return the versions that rows show, by stream. Ask before the heads: rows are never ahead of later heads."""
    shown: dict[str, dict[int, dict[str, str]]] = {}
    for each in client.items("/proof/checkpoints", RowCheckpoint, prefix=prefix, limit=1000):
        names = shown.setdefault(each.stream, {}).setdefault(each.version, {})
        names[each.hash] = ", ".join(filter(None, (names.get(each.hash), each.projection)))
    return shown


def rows_ahead(stream: str, shown: ShownVersions, reached: Mapping[int, str]) -> Iterator[Finding]:
    """Yield the rows that show what history does not have. `reached`: the hash of each of these versions."""
    for version, hashes in sorted(shown.items()):
        for hash, names in hashes.items():
            if reached.get(version) != hash:
                what = "this version, and history does not have it: commits were removed or replaced"
                yield Finding(stream, version, f"the rows of {names} show {what}")


def ahead_of_heads(shown: Mapping[str, ShownVersions], heads: Iterable[Head]) -> list[Finding]:
    """Return the rows that are ahead of these heads, or show another commit in the place of the last one."""
    found: list[Finding] = []
    for head in heads:
        newest = {v: hashes for v, hashes in shown.get(head.stream, {}).items() if v >= head.version}
        found += rows_ahead(head.stream, newest, {head.version: head.hash.hex()})
    return found
