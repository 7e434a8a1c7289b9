"""Reads stored history through the API, commit by commit, as it was hashed."""

from __future__ import annotations

from collections.abc import Iterator

from functions.api.history.answers import StoredCommit
from functions.http.answers import Page
from host.cli.client import Client
from kenpin.domain.commit import Commit


def commits(client: Client, stream: str, upto: int, after: int = 0) -> Iterator[Commit]:
    """Yield every commit that begins after version `after` and not after `upto`, oldest first."""

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
