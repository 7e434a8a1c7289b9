"""Any event there can be, built from its declared fields, so that a new one needs no strategy of its own."""

from typing import TypeVar

from hypothesis import strategies as st
from msgspec import inspect

from kenpin.domain.catalogue import EVENTS
from kenpin.domain.event import Event
from kenpin.domain.ids import Category

T = TypeVar("T")


def any_event(category: Category) -> st.SearchStrategy[Event]:
    return st.one_of(*map(any_of, EVENTS[category]))


def any_of(struct: type[T]) -> st.SearchStrategy[T]:
    """Any value of a msgspec Struct within the constraints of its fields, optional ones left out or not."""
    described = inspect.type_info(struct)
    assert isinstance(described, inspect.StructType)
    required = {f.name: _any(f.type) for f in described.fields if f.required}
    optional = {f.name: _any(f.type) for f in described.fields if not f.required}
    return st.fixed_dictionaries(required, optional=optional).map(lambda fields: struct(**fields))


def _any(kind: inspect.Type) -> st.SearchStrategy[object]:
    match kind:
        case inspect.NoneType():
            return st.none()
        case inspect.BoolType():
            return st.booleans()
        case inspect.IntType():
            return st.integers(-(2**53), 2**53)
        case inspect.FloatType(ge=least, le=most):
            return st.floats(least, most, allow_nan=False, allow_infinity=False)
        case _:
            return _any_text(kind)


def _any_text(kind: inspect.Type) -> st.SearchStrategy[object]:
    match kind:
        case inspect.StrType(pattern=str(pattern)) | inspect.Metadata(extra_json_schema={"pattern": pattern}):
            return st.from_regex(pattern.replace("$", r"\Z"))
        case inspect.StrType(min_length=least, max_length=most):
            return st.text(min_size=least or 0, max_size=most or 30)
        case inspect.LiteralType(values=values):
            return st.sampled_from(values)
        case _:
            return _any_of_several(kind)


def _any_of_several(kind: inspect.Type) -> st.SearchStrategy[object]:
    match kind:
        case inspect.UnionType(types=types):
            return st.one_of(*map(_any, types))
        case inspect.VarTupleType(item_type=item, min_length=least):
            return st.lists(_any(item), min_size=least or 0, max_size=(least or 0) + 3).map(tuple)
        case inspect.TupleType(item_types=items):
            return st.tuples(*map(_any, items))
        case inspect.DictType(key_type=key, value_type=value):
            return st.dictionaries(_any(key), _any(value), max_size=3)
        case inspect.StructType(cls=struct):
            return any_of(struct)
        case _:
            raise NotImplementedError(kind)
