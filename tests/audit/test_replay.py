"""History played into an empty database makes the same rows, and any other row is found."""

from datetime import datetime

import psycopg
import pytest

from host.cli.client import Client
from host.cli.failures import AnswerIsNo, Refused
from kenpin.bootstrap import platform
from kenpin.read_models.catalogue import READ_MODELS
from kenpin.read_models.layout import ROWS
from tests.audit.replays import replayed, scratch_url
from tests.functions.conftest import Api

__all__ = ["scratch_url"]


def test_every_table_of_every_stream_is_the_same(
    client: Client, factory: list[str], scratch_url: str
) -> None:
    done = replayed(client, scratch_url)
    assert done.differences == []
    assert done.events == sum(head.version for head in platform().events.heads())
    seen = {table for each in done.streams for table in each.tables}
    expected = {
        name
        for model in READ_MODELS
        for table in model.tables
        for name in table.names
        if model.category != "model"
    }
    assert seen == expected


def test_nothing_is_left_in_the_database(client: Client, factory: list[str], scratch_url: str) -> None:
    assert replayed(client, scratch_url).differences == replayed(client, scratch_url).differences == []


def test_a_database_that_holds_something_is_refused(
    client: Client, factory: list[str], prepared_database_url: str
) -> None:
    with pytest.raises(Refused, match="not empty"):
        replayed(client, prepared_database_url)
    assert list(platform().events.heads())


def test_at_every_version_the_tables_with_a_past_are_the_same(
    client: Client, factory: list[str], scratch_url: str
) -> None:
    head = platform().events.head("dataset-cookies").version
    for version in range(1, head + 1):
        done = replayed(client, scratch_url, "dataset-cookies", version)
        assert done.differences == [], version
        assert {"image", "image_past", "candidate"} <= set(done.streams[0].tables)
        assert ("image_count" in done.streams[0].tables) == (version == head)


def test_a_time_is_a_version_of_each_stream(
    client: Client, factory: list[str], scratch_url: str, api: Api
) -> None:
    events = api.get("/v1/streams/dataset-cookies/events").json["items"]
    moment = datetime.fromisoformat(events[4]["recorded_at"])
    done = replayed(client, scratch_url, "", moment)
    assert done.differences == []
    versions = {each.stream: each.version for each in done.streams}
    assert versions["dataset-cookies"] >= 5
    assert all(
        datetime.fromisoformat(e["recorded_at"]) > moment for e in events[versions["dataset-cookies"] :]
    )
    assert not any(stream.startswith("run-") for stream in versions)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("image", f"update {ROWS}.image set verdict = 'OK' where verdict = 'NG'"),
        (
            "image_past",
            f"delete from {ROWS}.image_past where valid_to in (select max(valid_to) from {ROWS}.image_past)",
        ),
        ("image_count", f"update {ROWS}.image_count set images = images + 1"),
        ("dataset", f"update {ROWS}.dataset set name = 'other'"),
    ],
)
def test_rows_that_are_wrong_are_found(
    client: Client, factory: list[str], scratch_url: str, prepared_database_url: str, table: str, change: str
) -> None:
    with psycopg.connect(prepared_database_url) as owner:
        assert owner.execute(change.encode()).rowcount > 0
    found = replayed(client, scratch_url, "dataset-cookies").differences
    assert [table] == [name for each in found for name in each.differ] or table in found[0].differ


def test_a_chain_that_does_not_hold_is_not_replayed(
    client: Client, factory: list[str], scratch_url: str, prepared_database_url: str
) -> None:
    with psycopg.connect(prepared_database_url) as owner:
        owner.execute("alter table event_store.commits disable trigger append_only")
        owner.execute(
            "update event_store.commits set body = replace(convert_from(body, 'UTF8'), 'blurred', 'cropped')::bytea"
        )
        owner.execute("alter table event_store.commits enable trigger append_only")
    with pytest.raises(AnswerIsNo, match="does not match the bytes"):
        replayed(client, scratch_url, "dataset-cookies")


def test_a_version_that_is_not_there_is_refused(client: Client, factory: list[str], scratch_url: str) -> None:
    with pytest.raises(Refused, match="dataset-parts has no version 9; its newest is 1"):
        replayed(client, scratch_url, "dataset-parts", 9)
