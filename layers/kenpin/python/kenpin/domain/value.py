"""Values that stand both in events (msgspec) and in commands (pydantic), defined once."""

from typing import Self

import msgspec
from msgspec import Struct
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


class Value(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A small immutable record that pydantic models may hold: msgspec checks it, pydantic reports it."""

    @classmethod
    def _checked(cls, given: object) -> Self:
        if isinstance(given, cls):
            return given
        try:
            return msgspec.convert(given, cls)
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
        return components.get(cls.__name__, inline)
