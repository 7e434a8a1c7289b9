"""JSON Schemas as Markdown: the type in words, and a section with a table of fields."""

from collections.abc import Sequence

from functions.runtime.event import Json
from host.docs_site.pages import slug


def section(name: str, schema: Json, page: str = "") -> str:
    """Return a section with the fields of a schema. `page`: the page of the schemas that it refers to."""
    required = schema.get("required", ())
    lines = ["", f"## {name}", "", plain(schema.get("description", ""))]
    fields = schema.get("properties", {})
    if not fields:
        return "\n".join([*lines, "", type_of(schema, page)])
    rows = [
        (field_name(field, field in required), type_of(about, page), about.get("description", ""))
        for field, about in fields.items()
    ]
    return "\n".join([*lines, *table(("field", "type", "meaning"), rows)])


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    lines = [heads, ["---"] * len(heads), *([plain(cell) for cell in row] for row in rows)]
    return ["", *(f"| {' | '.join(line)} |" for line in lines), "", ""]


def field_name(name: str, is_required: bool) -> str:
    return f"`{name}`" if is_required else f"`{name}`?"


def type_of(schema: Json, page: str = "") -> str:
    """Return a schema's type in words; a `$ref` is a link to a section of the page."""
    if reference := schema.get("$ref"):
        name = reference.removesuffix("/schema").rpartition("/")[2]
        return f"[{name}]({page}#{slug(name)})"
    values = [schema["const"]] if "const" in schema else schema.get("enum", [])
    choices = [
        *(type_of(choice, page) for choice in schema.get("anyOf") or schema.get("oneOf", [])),
        *(f"`{value}`" for value in values),
    ]
    return " or ".join(dict.fromkeys(choices)) or _container_or_scalar(schema, page)


def _container_or_scalar(schema: Json, page: str) -> str:
    if schema.get("type") == "array":
        return f"list of {type_of(schema.get('items') or {}, page)}"
    if isinstance(values := schema.get("additionalProperties"), dict):
        return f"object of {type_of(values, page)}"
    kind = str(schema.get("type", "any"))
    return f"{kind} ({schema['format']})" if "format" in schema else kind


def plain(text: str) -> str:
    """Return text on one line that is no markup: descriptions hold names such as <dataset>."""
    return " ".join(text.split()).replace("<", "&lt;").replace("|", "\\|")
