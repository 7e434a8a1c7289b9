"""Laws of every aggregate, for any commands and any history."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenpin.domain.dataset.refusals import CandidateGone, DatasetExists, TagTaken
from kenpin.domain.decider import Refusal
from kenpin.domain.ids import Category
from kenpin.domain.project.refusals import ProjectExists
from kenpin.domain.run.refusals import RunExists, StaleAttempt
from tests.domain.aggregates import AGGREGATES
from tests.domain.any_event import any_event
from tests.domain.histories import histories, history_of, requests

every_aggregate = pytest.mark.parametrize("category", AGGREGATES)

NOT_TWICE = {
    "CreateProject": ProjectExists,
    "CreateDataset": DatasetExists,
    "TagVersion": TagTaken,
    "DismissCandidate": CandidateGone,
    "RequestRun": RunExists,
    "StartRun": StaleAttempt,
}
"""Commands that are refused, not passed over, when they come again: a name is taken, a candidate gone."""


@every_aggregate
@given(data=st.data())
def test_folding_what_was_decided_never_fails(category: Category, data: st.DataObject) -> None:
    decider, commands = AGGREGATES[category]
    events = data.draw(histories(decider, commands))
    assert decider.fold(events).version == len(events) > 0


@every_aggregate
@given(data=st.data())
def test_the_same_command_twice_adds_nothing(category: Category, data: st.DataObject) -> None:
    decider, commands = AGGREGATES[category]
    *before, command = data.draw(requests(commands))
    once = history_of(decider, [*before, command])
    try:
        assert decider.decide(decider.fold(once), command) == []
    except Refusal as refusal:
        refused_at_once = once == history_of(decider, before)
        assert refused_at_once or type(refusal) is NOT_TWICE[type(command).__name__]


@every_aggregate
@given(data=st.data())
def test_facts_are_never_refused_in_whatever_order_they_come(category: Category, data: st.DataObject) -> None:
    decider, commands = AGGREGATES[category]
    known = decider.fold(data.draw(histories(decider, commands)))
    facts = data.draw(st.lists(any_event(category), max_size=5))
    for state in (decider.initial, known):
        assert decider.fold(facts, state).version == state.version + len(facts)


@every_aggregate
@given(data=st.data())
def test_a_fold_is_its_steps_and_leaves_its_start_as_it_was(category: Category, data: st.DataObject) -> None:
    decider, commands = AGGREGATES[category]
    events = data.draw(histories(decider, commands))
    half = len(events) // 2
    start = steps = decider.fold(events[:half])
    for event in events[half:]:
        steps = decider.evolve(steps, event)
    assert decider.fold(events[half:], start) == steps
    assert start == decider.fold(events[:half])
