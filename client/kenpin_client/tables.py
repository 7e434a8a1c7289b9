"""Items of a list as columns, for pandas and Arrow. The type of the items says which columns there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import inspect

if TYPE_CHECKING:
    import pandas
    import pyarrow

ARROW: Final[Mapping[type[inspect.Type], str]] = {
    inspect.StrType: "string",
    inspect.IntType: "int64",
    inspect.FloatType: "float64",
    inspect.BoolType: "bool",
}
"""The types of Arrow; others are told by the values"""


def columns(items: Iterable[object], kind: object) -> dict[str, list[object]]:
    """Return a column for each field, also of no items. Those of a part are named `part.field`; a list is one value."""
    rows = [dict(_fields("", item)) for item in items]
    names = dict.fromkeys([*_types(kind), *(name for row in rows for name in row)])
    parts = {".".join(name.split(".")[:depth]) for name in names for depth in range(1, name.count(".") + 1)}
    return {name: [row.get(name) for row in rows] for name in names if name not in parts}


def data_frame(items: Iterable[object], kind: object) -> pandas.DataFrame:
    """Return the columns as a table of pandas. Raises ImportError without pandas."""
    with _naming_the_extra("pandas"):
        import pandas
    return pandas.DataFrame(columns(items, kind))


def arrow_table(items: Iterable[object], kind: object) -> pyarrow.Table:
    """Return the columns as an Arrow table; a column without values has its type too. Raises ImportError."""
    with _naming_the_extra("arrow"):
        import pyarrow
    types = {name: _arrow_type(type) for name, type in _types(kind).items()}
    given = columns(items, kind)
    return pyarrow.table({name: pyarrow.array(column, types.get(name)) for name, column in given.items()})


@contextmanager
def _naming_the_extra(extra: str) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as missing:
        raise ImportError(f"{missing}; install kenpin-client[{extra}]") from None


def _types(kind: object) -> dict[str, inspect.Type]:
    """Return the type of each column that the items of this kind have; of what is no Struct none."""
    type = inspect.type_info(kind)
    return dict(_leaves("", type)) if isinstance(type, inspect.StructType) else {}


def _leaves(name: str, type: inspect.Type) -> Iterator[tuple[str, inspect.Type]]:
    match _without_none(type):
        case inspect.StructType(fields=fields):
            for field in fields:
                yield from _leaves(f"{name}.{field.name}".removeprefix("."), field.type)
        case inspect.DictType():  # its keys are those of the values
            return
        case leaf:
            yield name, leaf


def _without_none(type: inspect.Type) -> inspect.Type:
    """Return the type of the values that are there."""
    if isinstance(type, inspect.UnionType):
        some = [each for each in type.types if not isinstance(each, inspect.NoneType)]
        return some[0] if len(some) == 1 else type
    return type


def _arrow_type(type: inspect.Type) -> pyarrow.DataType | None:
    import pyarrow

    if isinstance(type, inspect.LiteralType) and all(isinstance(each, str) for each in type.values):
        return pyarrow.string()
    if isinstance(type, inspect.DateTimeType):
        return pyarrow.timestamp("us", "UTC")
    name = ARROW.get(type.__class__)
    return pyarrow.type_for_alias(name) if name else None


def _fields(name: str, value: object) -> Iterator[tuple[str, object]]:
    match value:
        case msgspec.Struct():
            for field in value.__struct_fields__:
                yield from _fields(f"{name}.{field}".removeprefix("."), getattr(value, field))
        case dict():
            for key, part in value.items():
                yield from _fields(f"{name}.{key}".removeprefix("."), part)
        case list():
            yield name, msgspec.to_builtins(value)
        case _:
            yield name, value
