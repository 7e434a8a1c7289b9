"""Values that both events (msgspec) and commands (pydantic) use, defined once."""

import inspect
from typing import Annotated, Self, dataclass_transform

import msgspec
from msgspec import Meta, Struct
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

Finite = Annotated[float, Meta(ge=-1e12, le=1e12)]
"""A number that JSON can carry: NaN and infinity would be stored as null and never read back."""
Share = Annotated[float, Meta(ge=0, le=1)]


@dataclass_transform(frozen_default=True)
class Value(Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """A small immutable record that pydantic models may hold: msgspec checks it, pydantic reports it."""

    @classmethod
    def _checked(cls, given: object) -> Self:
        try:
            return msgspec.convert(msgspec.to_builtins(given) if isinstance(given, cls) else given, cls)
        except msgspec.ValidationError as error:
            raise PydanticCustomError("value", "{reason}", {"reason": str(error)}) from error

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._checked, serialization=core_schema.plain_serializer_function_ser_schema(msgspec.to_builtins)
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, object]:
        (inline,), components = msgspec.json.schema_components([cls], ref_template="{name}")
        whole = _inlined(components.get(cls.__name__, inline), components)
        assert isinstance(whole, dict)
        return {**whole, "description": inspect.getdoc(cls)}


def _inlined(schema: object, components: dict[str, dict[str, object]]) -> object:
    """Put the schemas of values within a value in the places of their references."""
    if isinstance(schema, list):
        return [_inlined(each, components) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if (name := schema.get("$ref")) is not None:
        return _inlined(components[name], components)
    return {key: _inlined(each, components) for key, each in schema.items()}
