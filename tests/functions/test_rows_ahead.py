"""Rows that are ahead of history, as a commit was removed by the owner of the database, are found and said."""

import psycopg
import pytest

from functions.sweeper.sweep import Sweep
from kenpin.bootstrap import platform
from kenpin.domain.dataset.events import VersionTagged
from kenpin.domain.event import Context
from kenpin.ports import RowsAhead
from kenpin.projections.projection import advance
from kenpin.projections.rebuild import rebuild
from kenpin.read_models.catalogue import models_of
from tests.audit.forgery import remove_last
from tests.functions.conftest import Api

STREAM = "dataset-cookies"
READERS = {model.name for model in models_of(STREAM)}
DATASET = "/v1/datasets/cookies"


def judged(image_id: str) -> dict[str, object]:
    return {"annotations": [{"image_id": image_id, "verdict": "NG"}]}


def parked(api: Api) -> set[str]:
    items = api.get("/v1/parked").json["items"]
    assert all(item["error"] == "RowsAhead" for item in items)
    return {item["reader"] for item in items if item["stream"] == STREAM}


def sweep() -> None:
    Sweep(lambda: 1_000_000).carry_out()


@pytest.fixture
def shortened(api: Api, cookies: list[str], prepared_database_url: str) -> list[str]:
    """Judge an image, and remove that from history; return the images."""
    api.post(f"{DATASET}/annotations", judged(cookies[0]))
    assert not api.get(DATASET).json["stale"]
    with psycopg.connect(prepared_database_url) as owner:
        remove_last(owner, STREAM)
    return cookies


def test_the_sweep_parks_the_stream_and_reads_say_stale(api: Api, shortened: list[str]) -> None:
    sweep()
    assert parked(api) == READERS
    assert api.get(DATASET).json["stale"]
    assert api.get(f"{DATASET}/images").json["stale"]
    assert [each["stale"] for each in api.get("/v1/datasets").json["items"]] == [True]
    message = api.get("/v1/parked").json["items"][0]["message"]
    assert f"the rows of {STREAM} show version 10, which its history does not have" in message


def test_a_judgement_made_afterwards_is_refused_and_stores_nothing(api: Api, shortened: list[str]) -> None:
    head = platform().events.head(STREAM)
    refused = api.post(f"{DATASET}/annotations", judged(shortened[1]))
    assert refused.status == 503
    assert "commits were removed or replaced" in refused.json["detail"]
    assert platform().events.head(STREAM) == head


def test_a_command_on_another_stream_is_refused_too(
    api: Api, cookies: list[str], prepared_database_url: str
) -> None:
    defined = api.post("/v1/projects/cookies/defect-classes", {"class_id": "chip", "name": "chip"})
    assert defined.status == 201
    with psycopg.connect(prepared_database_url) as owner:
        remove_last(owner, "project-cookies")
    head = platform().events.head("project-cookies")
    refused = api.post("/v1/projects/cookies/defect-classes", {"class_id": "burn", "name": "burn"})
    assert refused.status == 503
    assert "commits were removed or replaced" in refused.json["detail"]
    assert platform().events.head("project-cookies") == head


@pytest.mark.parametrize("events", [1, 2], ids=["as long as the rows", "longer than the rows"])
def test_other_commits_in_the_place_of_removed_ones_are_found(
    api: Api, shortened: list[str], events: int
) -> None:
    others = [VersionTagged(name=f"t{n}", tagged_version=1) for n in range(events)]
    platform().events.append(STREAM, others, Context(actor="owner"))
    sweep()
    assert parked(api) == READERS
    assert api.post(f"{DATASET}/annotations", judged(shortened[1])).status == 503
    platform().events.append(STREAM, others, Context(actor="owner"))
    for model in models_of(STREAM):
        with pytest.raises(RowsAhead):
            advance(model, STREAM, platform().events, platform().database)


def test_rows_made_again_are_no_longer_parked(api: Api, shortened: list[str]) -> None:
    sweep()
    for model in models_of(STREAM):
        assert rebuild(model, platform().events, platform().database)
    sweep()
    assert parked(api) == set()
    assert not api.get(DATASET).json["stale"]
    assert api.post(f"{DATASET}/annotations", judged(shortened[1])).status == 201


def test_a_stream_that_was_removed_as_a_whole_is_found(
    api: Api, cookies: list[str], prepared_database_url: str
) -> None:
    with psycopg.connect(prepared_database_url) as owner:
        owner.execute("alter table event_store.commits disable trigger append_only")
        owner.execute(
            "with s as (update event_store.streams set version = 0 where stream = %s returning id)"
            " delete from event_store.commits c using s where c.stream_id = s.id",
            (STREAM,),
        )
        owner.execute("alter table event_store.commits enable trigger append_only")
    sweep()
    assert parked(api) == READERS
