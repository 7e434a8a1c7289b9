"""Lists of the platform with async, read page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from kenpin_client.tables import columns

if TYPE_CHECKING:
    import pandas
    import pyarrow

T = TypeVar("T")


class AsyncItems(Generic[T]):
    """A list that is read while one goes through it, and anew each time."""

    def __init__(self, read: Callable[[], AsyncIterator[T]]) -> None:
        self._read = read

    def __aiter__(self) -> AsyncIterator[T]:
        return self._read()

    async def to_list(self) -> list[T]:
        return [item async for item in self]

    async def to_pandas(self) -> pandas.DataFrame:
        """Return a row for each item. Needs pandas: kenpin-client[pandas]."""
        import pandas

        return pandas.DataFrame(columns(await self.to_list()))

    async def to_arrow(self) -> pyarrow.Table:
        """Return a row for each item. Needs pyarrow: kenpin-client[arrow]."""
        import pyarrow

        return pyarrow.table(columns(await self.to_list()))
