"""Every kind of event, replayed to every version: each table that keeps a past says what it said then."""

import pytest

from functions.contract.events.story import EXAMPLES
from host.cli.client import Client
from kenpin.bootstrap import platform
from kenpin.domain.event import Context
from tests.audit.replays import replayed, scratch_url
from tests.functions.conftest import Api
from tests.read_models.rows import dump

__all__ = ["scratch_url"]

ACTION = Context(actor="inspector", batch_id="one-action")


@pytest.fixture
def everything(api: Api) -> None:
    for category, (id, events) in EXAMPLES.items():
        for event in events:
            platform().events.append(f"{category}-{id}", [event], ACTION)
    api.catch_up()


def test_every_table_there_is_can_be_replayed(
    client: Client, everything: None, prepared_database_url: str, scratch_url: str
) -> None:
    done = replayed(client, scratch_url)
    assert done.differences == []
    seen = {table for each in done.streams for table in each.tables}
    assert seen == set(dump(prepared_database_url)) - {"checkpoint"}


@pytest.mark.parametrize("category", EXAMPLES)
def test_every_version_there_was_can_be_replayed(
    client: Client, everything: None, scratch_url: str, category: str
) -> None:
    id, events = EXAMPLES[category]  # type: ignore[index]
    for version in range(1, len(events) + 1):
        done = replayed(client, scratch_url, f"{category}-{id}", version)
        assert done.differences == [], version
