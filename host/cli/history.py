"""Reads stored history through the API, commit by commit, as it was hashed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kenpin.domain.commit import Commit

if TYPE_CHECKING:
    from host.cli.client import Client


def commits(client: Client, stream: str, upto: int) -> Iterator[Commit]:
    """Every commit that begins at or before version `upto`, oldest first."""
    from functions.api.answers import Page, StoredCommit

    after = 0
    while after < upto:
        items = client.get(f"/streams/{stream}/commits", Page[StoredCommit], after=after, limit=1000).items
        for each in items:
            if each.first > upto:
                return
            after = each.first + each.count - 1
            yield Commit(
                stream,
                each.first,
                each.count,
                each.meta.encode(),
                each.body.encode(),
                bytes.fromhex(each.hash),
            )
        if not items:
            return
