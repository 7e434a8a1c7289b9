"""given(events).when(command).then(events): a rule in the words of its aggregate, and nothing else."""

from dataclasses import dataclass, replace
from typing import Generic, Self

import pytest

from kenpin.domain.decider import C, Decider, E, Refusal, S


@dataclass(frozen=True)
class Specification(Generic[S, C, E]):
    decider: Decider[S, C, E]
    history: tuple[E, ...] = ()

    def given(self, *events: E) -> Self:
        return replace(self, history=(*self.history, *events))

    def when(self, command: C) -> "Outcome[S, C, E]":
        return Outcome(self, command)


@dataclass(frozen=True)
class Outcome(Generic[S, C, E]):
    specification: Specification[S, C, E]
    command: C

    def then(self, *expected: E) -> None:
        assert self.decided() == list(expected)

    def then_nothing(self) -> None:
        """The command changes nothing: its result is there already."""
        assert self.decided() == []

    def then_refused(self, refusal: type[Refusal], saying: str = "") -> None:
        with pytest.raises(Refusal) as no:
            self.decided()
        assert no.type is refusal
        assert saying in str(no.value)

    def decided(self) -> list[E]:
        decider = self.specification.decider
        return decider.decide(decider.fold(self.specification.history), self.command)
