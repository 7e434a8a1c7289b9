"""The window of deep pictures: the lowest and highest value that are shown, as black and white."""

from msgspec import Struct


class Window(Struct, frozen=True):
    """`low` and everything below it is black, `high` and everything above it is white."""

    low: float
    high: float
