"""Laws of the past: counts of any version, and the difference of any two, are those of the folds."""

import random
import uuid
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.domain.dataset.commands import DatasetCommand
from kenpin.domain.dataset.groups import group_of_image
from kenpin.domain.dataset.state import DatasetState, ImageState
from kenpin.domain.dataset.values import Capture
from kenpin.domain.event import Context
from kenpin.projections.database import Row, Sql
from kenpin.read_models.catalogue import advance_stream, create_tables
from kenpin.read_models.gallery import counts
from kenpin.read_models.history import diff
from kenpin.read_models.history import queries as changes
from kenpin.read_models.history.diff import Range
from tests.read_models.worlds import histories, play

ME = Context(actor="inspector")
laws = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def store(postgres_database: PostgresDatabase) -> PostgresEventStore:
    create_tables(postgres_database)
    return PostgresEventStore(postgres_database, "differences")


@pytest.fixture(autouse=True)
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a short history has many of them."""
    monkeypatch.setattr(counts, "WINDOW", 4)


def told(
    store: PostgresEventStore, database: PostgresDatabase, history: list[DatasetCommand]
) -> tuple[str, list[DatasetState]]:
    """A new stream with this history in it, projected, and the state at every version."""
    commits, states = play(history)
    id = uuid.uuid4().hex[:12]
    for n, events in enumerate(commits):
        store.append(f"dataset-{id}", events, ME)
        if n % 3 == 0:
            advance_stream(f"dataset-{id}", store, database)
    advance_stream(f"dataset-{id}", store, database)
    return id, states


def cell(image: ImageState) -> tuple[str, str, bool, str]:
    verdict = image.annotation.verdict if image.annotation else "unlabelled"
    return (image.split or "unassigned", verdict, image.excluded is not None, "")


def counted(state: DatasetState) -> Counter[tuple[str, str, bool, str]]:
    found: Counter[tuple[str, str, bool, str]] = Counter()
    for image in state.images.values():
        found[cell(image)] += 1
        for class_id in {d.class_id for d in image.annotation.defects} if image.annotation else ():
            found[*cell(image)[:3], class_id] += 1
    return found


@laws
@given(history=histories)
def test_the_counts_of_any_version_are_those_of_the_fold(
    store: PostgresEventStore, postgres_database: PostgresDatabase, history: list[DatasetCommand]
) -> None:
    id, states = told(store, postgres_database, history)
    with postgres_database.transaction() as sql:
        for version, state in enumerate(states):
            cells = counts.at_version(sql, id, version)
            names = ("split", "verdict", "excluded", "class_id")
            assert {tuple(c[n] for n in names): c["images"] for c in cells} == counted(state)


def sides(row: Row, side: str) -> tuple[object, ...] | None:
    if side == "b" and row["came_in"]:
        return None
    annotation = row[f"{side}_annotation"] or {}
    defects = [defect["class_id"] for defect in annotation.get("defects", [])]
    named = (row[f"{side}_{n}"] for n in ("verdict", "split", "excluded", "review", "group_name"))
    return (*named, annotation.get("reason", ""), defects, Capture(**row[f"{side}_capture"]))


def stood(image: ImageState | None) -> tuple[object, ...] | None:
    if image is None:
        return None
    said = image.annotation
    defects = [defect.class_id for defect in said.defects] if said else []
    standing = (said and said.verdict, image.split, image.excluded, image.review, image.group)
    return (*standing, said.reason if said else "", defects, image.capture)


def all_pages(sql: Sql, between: Range) -> list[Row]:
    found: list[Row] = []
    place = (0, 0)
    while page := diff.page(sql, between, after=place, limit=2):
        found += page
        place = (page[-1]["first_change"], page[-1]["ordinal"])
    return found


@laws
@given(history=histories, picked=st.randoms(use_true_random=False))
def test_the_difference_of_two_versions_is_that_of_their_folds(
    store: PostgresEventStore,
    postgres_database: PostgresDatabase,
    history: list[DatasetCommand],
    picked: random.Random,
) -> None:
    id, states = told(store, postgres_database, history)
    pairs = list(combinations(range(len(states)), 2))
    with postgres_database.transaction() as sql:
        for a, b in picked.sample(pairs, min(len(pairs), 8)):
            rows = all_pages(sql, Range(id, a, b))
            assert len({row["image_id"] for row in rows}) == len(rows)
            found = {r["image_id"]: (sides(r, "b"), sides(r, "a")) for r in rows if r["kinds"]}
            before, after = states[a].images, states[b].images
            expected = {i: (stood(before.get(i)), stood(after[i])) for i in after}
            differing = {i: pair for i, pair in expected.items() if pair[0] != pair[1]}
            assert {i: pair for i, pair in found.items() if pair[0] != pair[1]} == differing
            said_again = {i for i, pair in found.items() if pair[0] == pair[1]}
            assert all(before[i].annotation is not None for i in said_again)
            tally = diff.tally(sql, Range(id, a, b))
            assert sum(row["images"] for row in tally) == len(rows)


@laws
@given(history=histories)
def test_the_leaks_are_those_of_the_groups_of_the_fold(
    store: PostgresEventStore, postgres_database: PostgresDatabase, history: list[DatasetCommand]
) -> None:
    id, states = told(store, postgres_database, history)
    with postgres_database.transaction() as sql:
        for version, state in enumerate(states):
            splits: dict[str, list[str]] = {}
            for image in state.images.values():
                group = group_of_image(image, state.grouping)
                if group and image.split and image.excluded is None:
                    splits.setdefault(group, []).append(image.split)
            wanted = {
                group: (len(held) - held.count("test"), held.count("test"))
                for group, held in splits.items()
                if {"test"} < set(held)
            }
            found = diff.leaks(sql, Range(id, 0, version))
            assert {leak["group"]: (leak["train"], leak["test"]) for leak in found} == wanted


@laws
@given(history=histories)
def test_the_timeline_has_every_version_once(
    store: PostgresEventStore, postgres_database: PostgresDatabase, history: list[DatasetCommand]
) -> None:
    id, states = told(store, postgres_database, history)
    stream = f"dataset-{id}"
    with postgres_database.transaction() as sql:
        lines = changes.page(sql, stream, None, 1_000, changes.ChangeFilter())
        held = changes.holding_each(sql, stream, range(1, len(states)))
    spans = [range(line["first"], line["last"] + 1) for line in reversed(lines)]
    assert [version for span in spans for version in span] == list(range(1, len(states)))
    assert all(line["first"] <= version <= line["last"] for version, line in held.items())
    assert [line["hash"] for line in lines] == [c.hash.hex() for c in store.read(stream)][::-1]
