"""Ports of undeliverable messages, and of the doorbell."""

from collections.abc import Callable, Iterator
from typing import Literal, Protocol

from msgspec import Struct

DeadMessageSource = Literal["intake", "unheard"]
"""The function that a message did not reach: that of the intake queue, or any that an event or the clock wakes."""


class DeadMessage(Struct, frozen=True):
    """A message that was delivered too often, or to nobody, and waits for a person."""

    id: str
    body: str
    reason: str
    dead_at: str


class DeadLetters(Protocol):
    """The messages that could not be delivered to a function."""

    def all(self) -> Iterator[DeadMessage]:
        """Yield the messages, oldest first."""
        ...

    def settle(self, id: str, carry_out: Callable[[str], object]) -> bool:
        """Call `carry_out` with the body, and remove the message after it; False when there is none."""
        ...


class Doorbell(Protocol):
    """A wake-up for projectors and reactors. It carries no data, may be lost, doubled or out of order."""

    def ring(self, stream: str) -> None: ...
