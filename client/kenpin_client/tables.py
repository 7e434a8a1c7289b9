"""Items of a list as columns, for pandas and Arrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec


def columns(items: Iterable[object]) -> dict[str, list[object]]:
    """Return a column for each field. Those of a part are named `part.field`; a list stays one value."""
    rows = [dict(_fields("", item)) for item in items]
    names = dict.fromkeys(name for row in rows for name in row)
    parts = {".".join(name.split(".")[:depth]) for name in names for depth in range(1, name.count(".") + 1)}
    return {name: [row.get(name) for row in rows] for name in names if name not in parts}


def _fields(name: str, value: object) -> Iterator[tuple[str, object]]:
    match value:
        case msgspec.Struct():
            for field in value.__struct_fields__:
                yield from _fields(f"{name}.{field}".removeprefix("."), getattr(value, field))
        case dict():
            for key, part in value.items():
                yield from _fields(f"{name}.{key}", part)
        case list():
            yield name, msgspec.to_builtins(value)
        case _:
            yield name, value
