"""The shape of every aggregate: pure functions that decide and evolve, and the word they say no with."""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from msgspec import Struct

from kenpin.domain.event import Event
from kenpin.domain.ids import Category, ImageId

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E", bound=Event)


class Refusal(Exception):
    """A rule says no. The message says what, where and what to do; nothing was stored."""


class Missing(Refusal):
    """What was asked about is not there."""


class Scope(Struct, frozen=True):
    """What a decision depends on, so that no more is loaded and no more can conflict."""

    about: tuple[ImageId, ...] = ()
    """Images whose state the rule looks at."""
    guarded: tuple[ImageId, ...] = ()
    """Images that must not have been changed by someone else in the meantime."""
    whole: bool = True
    """The decision depends on the aggregate as a whole: nothing at all may have been appended meanwhile."""


def whole(command: object) -> Scope:
    """The scope of a command to a small aggregate: all of it."""
    return Scope()


def same(state: S) -> S:
    return state


class Decider(Struct, Generic[S, C, E], frozen=True):
    """An aggregate: where it starts, how it decides, and how facts change it."""

    category: Category
    initial: S
    decide: Callable[[S, C], list[E]]
    """May refuse; answers [] when asked for what is already so."""
    evolve: Callable[[S, E], S]
    """Never refuses: facts happened."""
    scope: Callable[[C], Scope] = whole
    drafted: Callable[[S], S] = same
    """The state as a fold may change it in place, for it is nobody else's."""
    settled: Callable[[S], S] = same
    """What such a fold hands out, frozen again."""

    def fold(self, events: Iterable[E], start: S | None = None) -> S:
        state = self.drafted(self.initial if start is None else start)
        for event in events:
            state = self.evolve(state, event)
        return self.settled(state)
