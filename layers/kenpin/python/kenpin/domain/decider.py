"""The shape of every aggregate: pure functions that decide and evolve, and the refusal."""

from collections.abc import Callable, Iterable
from functools import reduce
from typing import ClassVar, Generic, TypeVar

from msgspec import Struct

from kenpin.domain.event import Event
from kenpin.domain.ids import Category, ImageId, TaskId

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E", bound=Event)


class Refusal(Exception):
    """A rule refuses a command: nothing was stored. The message says what to do.

    The class name is the code of the refusal. Browsers translate it and fill in its parameters.
    """

    text: ClassVar[str]
    """The message, with a slot for each parameter that it shows."""

    def __init__(self, **parameters: object) -> None:
        self.parameters = parameters
        super().__init__(self.text.format_map(parameters))


class Missing(Refusal):
    """The thing that a request names does not exist."""


class Scope(Struct, frozen=True):
    """The state that a decision depends on, so that no more is loaded and no more can conflict."""

    about: tuple[ImageId, ...] = ()
    """Images whose state the rule looks at."""
    tasks: tuple[TaskId, ...] = ()
    """Agreement tasks whose state the rule looks at."""
    guarded: tuple[ImageId, ...] = ()
    """Images that must not have been changed by someone else in the meantime."""
    whole: bool = True
    """The decision depends on the aggregate as a whole: nothing at all may have been appended meanwhile."""


def whole(command: object) -> Scope:
    """Return the scope of a command to a small aggregate: all of it."""
    return Scope()


class Decider(Struct, Generic[S, C, E], frozen=True):
    """An aggregate: its initial state and its rules."""

    category: Category
    initial: S
    decide: Callable[[S, C], list[E]]
    """Return the new events; [] when nothing changes. Raises Refusal."""
    evolve: Callable[[S, E], S]
    """Return the state after an event. Never refuses."""
    scope: Callable[[C], Scope] = whole
    in_bulk: Callable[[Iterable[E], S], S] | None = None
    """Fold many events at once, for a state too large to copy at each event."""

    def fold(self, events: Iterable[E], start: S | None = None) -> S:
        state = self.initial if start is None else start
        return self.in_bulk(events, state) if self.in_bulk else reduce(self.evolve, events, state)
