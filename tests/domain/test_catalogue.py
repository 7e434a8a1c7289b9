"""Events as bytes: what is stored comes back, and older schema versions are read as current ones."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenpin.domain.catalogue import EVENTS, Catalogue, events_in, history_in, seal
from kenpin.domain.commit import Commit
from kenpin.domain.event import Context, Event, schema_version_of, tag_of, type_of
from kenpin.domain.ids import Category
from tests.domain.aggregates import AGGREGATES
from tests.domain.any_event import any_event
from tests.domain.histories import histories

ME = Context(actor="inspector")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def stored(events: list[Event], stream: str = "dataset-cookies", first: int = 1) -> Commit:
    meta, body = seal(events, ME, NOON)
    return Commit(stream, first, len(events), meta, body, b"")


@pytest.mark.parametrize("category", EVENTS)
@given(data=st.data())
def test_every_event_comes_back_as_it_was(category: Category, data: st.DataObject) -> None:
    events = data.draw(st.lists(any_event(category), min_size=1, max_size=4))
    assert events_in(stored(events, stream=f"{category}-x")) == events


@pytest.mark.parametrize("category", AGGREGATES)
@given(data=st.data())
def test_every_decision_comes_back_as_it_was(category: Category, data: st.DataObject) -> None:
    events = data.draw(histories(*AGGREGATES[category]))
    assert events_in(stored(events, stream=f"{category}-x")) == events


@given(data=st.data())
def test_a_history_is_the_events_of_its_commits(data: st.DataObject) -> None:
    commits = data.draw(st.lists(st.lists(any_event("dataset"), min_size=1, max_size=3), max_size=3))
    assert list(history_in(map(stored, commits))) == [event for commit in commits for event in commit]


def test_a_name_means_one_event_in_all_aggregates() -> None:
    names = [type_of(event) for events in EVENTS.values() for event in events]
    assert len(names) == len(set(names))


class PartWeighedInGrams(Event, tag="PartWeighed@1"):
    grams: float


class PartWeighedInMilligrams(Event, tag="PartWeighed@2"):
    milligrams: int


class PartWeighed(Event, tag="PartWeighed@3"):
    """The part lay on a scale."""

    milligrams: int
    scale: str


class PartDropped(Event):
    """The part is gone."""


def _in_milligrams(old: Event) -> Event:
    assert isinstance(old, PartWeighedInGrams)
    return PartWeighedInMilligrams(milligrams=round(old.grams * 1000))


def _with_scale(old: Event) -> Event:
    assert isinstance(old, PartWeighedInMilligrams)
    return PartWeighed(milligrams=old.milligrams, scale="unknown")


TRIAL = Catalogue(
    events={"dataset": (PartWeighed, PartDropped)},
    superseded={
        PartWeighedInGrams: _in_milligrams,
        PartWeighedInMilligrams: _with_scale,
    },
)


def test_a_superseded_version_is_read_as_the_current_one_step_by_step() -> None:
    old = stored([PartWeighedInGrams(grams=1.5), PartDropped(), PartWeighedInMilligrams(milligrams=7)])
    assert TRIAL.events(old) == [
        PartWeighed(milligrams=1500, scale="unknown"),
        PartDropped(),
        PartWeighed(milligrams=7, scale="unknown"),
    ]


def test_the_current_version_is_read_as_it_is() -> None:
    now = [PartWeighed(milligrams=7, scale="s2")]
    assert TRIAL.events(stored([*now])) == now


def test_upcasting_keeps_the_envelope_and_the_place_in_the_stream() -> None:
    two = [PartWeighedInGrams(grams=1), PartWeighedInGrams(grams=2)]
    weighed = list(TRIAL.recorded(stored([*two], first=5)))
    assert [(w.version, w.revision, w.recorded_at, w.context.actor) for w in weighed] == [
        (5, 6, NOON, "inspector"),
        (6, 6, NOON, "inspector"),
    ]
    assert [tag_of(w.event) for w in weighed] == ["PartWeighed@3"] * 2
    assert schema_version_of(PartWeighedInGrams) == 1
