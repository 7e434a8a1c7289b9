"""Histories that deciders make themselves: what happens when this is asked, then that."""

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from kenpin.domain.command import Command
from kenpin.domain.decider import C, Decider, E, Refusal, S

AnyDecider = Decider[Any, Any, Any]
Commands = list[st.SearchStrategy[Command]]


def requests(commands: Commands) -> st.SearchStrategy[list[Command]]:
    """First that the aggregate be there, then anything."""
    anything = st.lists(st.one_of(commands), max_size=20)
    return st.builds(lambda first, rest: [first, *rest], commands[0], anything)


def histories(decider: AnyDecider, commands: Commands) -> st.SearchStrategy[list[Any]]:
    return requests(commands).map(lambda asked: history_of(decider, asked))


def history_of(decider: Decider[S, C, E], asked: Iterable[C]) -> list[E]:
    """Return the events of these commands in turn; refusals leave no trace."""
    events: list[E] = []
    state = decider.initial
    for command in asked:
        decided = answer(decider, state, command)
        if not isinstance(decided, str):
            events += decided
            state = decider.fold(decided, state)
    return events


def answer(decider: Decider[S, C, E], state: S, command: C) -> list[E] | str:
    """The events decided on, or the refusal in words."""
    try:
        return decider.decide(state, command)
    except Refusal as refusal:
        return repr(refusal)
