"""Lists of the platform with async, read page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from kenpin_client.tables import arrow_table, data_frame

if TYPE_CHECKING:
    import pandas
    import pyarrow

T = TypeVar("T")


class AsyncItems(Generic[T]):
    """A list that is read while one goes through it, and anew each time."""

    def __init__(self, read: Callable[[], AsyncIterator[T]], kind: type[T]) -> None:
        self._read, self._kind = read, kind

    def __aiter__(self) -> AsyncIterator[T]:
        return self._read()

    async def to_list(self) -> list[T]:
        return [item async for item in self]

    async def to_pandas(self) -> pandas.DataFrame:
        """Return a row for each item. Needs pandas: kenpin-client[pandas]."""
        return data_frame(await self.to_list(), self._kind)

    async def to_arrow(self) -> pyarrow.Table:
        """Return a row for each item. Needs pyarrow: kenpin-client[arrow]."""
        return arrow_table(await self.to_list(), self._kind)
