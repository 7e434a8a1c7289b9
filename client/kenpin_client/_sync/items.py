"""Lists of the platform without async, read page by page."""
# Written by `make generate` from `_async`.

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Generic, TypeVar

from kenpin_client.tables import arrow_table, data_frame

if TYPE_CHECKING:
    import pandas
    import pyarrow

T = TypeVar("T")


class Items(Generic[T]):
    """A list that is read while one goes through it, and anew each time."""

    def __init__(self, read: Callable[[], Iterator[T]], kind: type[T]) -> None:
        self._read, self._kind = read, kind

    def __iter__(self) -> Iterator[T]:
        return self._read()

    def to_list(self) -> list[T]:
        return [item for item in self]

    def to_pandas(self) -> pandas.DataFrame:
        """Return a row for each item. Needs pandas: kenpin-client[pandas]."""
        return data_frame(self.to_list(), self._kind)

    def to_arrow(self) -> pyarrow.Table:
        """Return a row for each item. Needs pyarrow: kenpin-client[arrow]."""
        return arrow_table(self.to_list(), self._kind)
