"""The API's schemas as Structs of the Python client: `python -m functions.contract.client_schemas FILE`."""

import keyword
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from functions.contract import openapi
from functions.runtime.event import Json

ROOTS: Final = (
    "Accepted",
    "ComparedPicture",
    "Dataset",
    "DiffItem",
    "Image",
    "ImportedLabels",
    "Model",
    "PlannedSplits",
    "Prediction",
    "Project",
    "Recipe",
    "Registered",
    "Run",
    "RunAccepted",
    "RunComparison",
    "RunSlices",
    "SeenJudgement",
    "SplitResult",
    "Tag",
    "Uploads",
)
"""The schemas that the client gives back or sends; what they refer to comes with them."""
HEAD: Final = '''\
"""The API's schemas that the client gives back or sends. Written by `make generate` from the OpenAPI document."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

'''
PLAIN: Final = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
RUFF: Final = (sys.executable, "-m", "ruff")
IN_CLIENT: Final = ("--quiet", "--stdin-filename", "client/kenpin_client/x.py", "-")


def text() -> str:
    """Return the file."""
    schemas = openapi.document()["components"]["schemas"]
    classes = _reachable(schemas)
    return formatted(HEAD + "\n\n".join(_struct(name, classes[name]) for name in sorted(classes)))


def formatted(source: str) -> str:
    """Return the source in the form of the checkout, with sorted imports."""
    for verb in (("check", "--fix-only", "--select", "I"), ("format",)):
        command = (*RUFF, *verb, *IN_CLIENT)
        source = subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout
    return source


def _reachable(schemas: Json) -> dict[str, Json]:
    """Return the objects that the roots contain, by name."""
    classes: dict[str, Json] = {}
    waiting = [{**schemas[name], "title": name} for name in ROOTS]
    while waiting:
        schema = waiting.pop()
        if schema["title"] not in classes:
            classes[schema["title"]] = schema
            waiting += _objects(schemas, schema["properties"].values())
    return classes


def _objects(schemas: Json, parts: Iterable[Json]) -> Iterator[Json]:
    """Yield the objects with fields of their own among the parts of a schema, one level deep."""
    for part in parts:
        if "$ref" in part:
            name = _referred(part)
            yield {**schemas[name], "title": name}
        elif "properties" in part:
            yield part
        else:
            below = [*part.get("anyOf", ()), part.get("items"), part.get("additionalProperties")]
            yield from _objects(schemas, (each for each in below if isinstance(each, dict)))


def _struct(name: str, schema: Json) -> str:
    fields = [
        _field(name, part, name in schema.get("required", ())) for name, part in schema["properties"].items()
    ]
    doc = textwrap.fill(schema.get("description", "").partition("\n\n")[0], 100, initial_indent='"""') + '"""'
    body = textwrap.indent("\n".join([doc, "", *fields] if len(doc) > 6 else fields), "    ")
    return f"class {name}(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):\n{body}\n"


def _field(name: str, schema: Json, required: bool) -> str:
    attribute = f"{name}_" if keyword.iskeyword(name) else name
    declared = f"{attribute}: {_type(schema)}"
    default = "" if required else repr(schema.get("default"))
    if attribute == name:
        return f"{declared} = {default}" if default else declared
    return f"{declared} = msgspec.field(name={name!r}{f', default={default}' if default else ''})"


def _type(schema: Json) -> str:
    """Return the annotation. Raises KeyError for a schema that it does not know."""
    if "$ref" in schema:
        return _referred(schema)
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(map(_type, schema["anyOf"])))
    if "enum" in schema:
        return f"Literal{list(schema['enum'])!r}"
    if schema["type"] == "array":
        return _array(schema)
    if schema["type"] == "object":
        return (
            schema["title"]
            if "properties" in schema
            else f"dict[str, {_type(schema['additionalProperties'])}]"
        )
    return "datetime" if schema.get("format") == "date-time" else PLAIN[schema["type"]]


def _array(schema: Json) -> str:
    if "prefixItems" in schema:
        return f"tuple[{', '.join(map(_type, schema['prefixItems']))}]"
    return f"list[{_type(schema['items'])}]"


def _referred(schema: Json) -> str:
    return re.sub(r"\W", "", schema["$ref"].rpartition("/")[2])


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text(), "utf-8")
