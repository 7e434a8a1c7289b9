"""Replaying the platform's history into an empty database."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from host.audit.replay import ReplayResult, replay_all
from host.cli.client import Client
from kenpin.bootstrap import platform
from kenpin.domain.commit import Head
from tests.postgres_server import new_database
from tests.silent_progress import SilentProgress


@pytest.fixture
def scratch_url(postgres_url: str) -> Iterator[str]:
    """The empty database that history is replayed into."""
    with new_database(postgres_url) as url:
        yield url


def replayed(client: Client, url: str, prefix: str = "", to: int | datetime | None = None) -> ReplayResult:
    heads: list[Head] = list(platform().events.heads(prefix))
    return replay_all(client, heads, to, "local", url, SilentProgress())
