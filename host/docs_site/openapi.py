"""Pages of the HTTP API as Markdown, made from its OpenAPI document: one per tag, and one of all schemas."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from functions.runtime.event import Json
from host.docs_site.pages import slug

SCHEMAS: Final = "schemas.md"
REPEATED: Final = ("Idempotency-Key", "If-Match")
"""Headers of every write; docs/reference/api.md explains them."""


def pages(document: Json) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each page."""
    by_tag: dict[str, list[str]] = defaultdict(list)
    for path, operations in sorted(document["paths"].items()):
        for method, operation in operations.items():
            by_tag[operation["tags"][0]].append(_operation(method, path, operation))
    for tag, operations in by_tag.items():
        yield f"{slug(tag)}.md", "\n".join([f"# API: {tag}", *operations])
    schemas = sorted(document["components"]["schemas"].items())
    yield SCHEMAS, "\n".join(["# API: schemas", *(_schema(name, schema) for name, schema in schemas)])


def index(document: Json) -> str:
    """Return the list of these pages, as it stands in docs/reference/."""
    counts = Counter(
        operation["tags"][0] for path in document["paths"].values() for operation in path.values()
    )
    lines = [f"- [{tag}](api/{slug(tag)}.md): {count} operations" for tag, count in sorted(counts.items())]
    return "\n".join(["", "## Operations", "", *lines, "", f"[All schemas](api/{SCHEMAS})", ""])


def _operation(method: str, path: str, operation: Json) -> str:
    lines = ["", f"## {method.upper()} `{path}`", "", _plain(operation.get("description", ""))]
    parameters = [
        parameter for parameter in operation.get("parameters", ()) if parameter["name"] not in REPEATED
    ]
    lines += _table(
        ("parameter", "in", "type", "meaning"),
        [
            (
                _name(parameter["name"], parameter.get("required", False)),
                parameter["in"],
                _type(parameter["schema"]),
                parameter.get("description", parameter["schema"].get("description", "")),
            )
            for parameter in parameters
        ],
    )
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        lines += ["", f"Body (`{kind}`): {_type(content['schema'])}"]
    refusals = []
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            lines += ["", f"Answer {status}: {_answer(answer)}"]
        else:
            refusals.append(status)
    return "\n".join([*lines, "", f"Problems: {', '.join(refusals)}"])


def _answer(answer: Json) -> str:
    types = [
        f"{_type(content['schema'])} (`{kind}`)" if "schema" in content else f"`{kind}`"
        for kind, content in answer.get("content", {}).items()
    ]
    return " or ".join(types) or "no body"


def _schema(name: str, schema: Json) -> str:
    required = schema.get("required", ())
    lines = ["", f"## {name}", "", _plain(schema.get("description", ""))]
    fields = schema.get("properties", {})
    if not fields:
        return "\n".join([*lines, "", _type(schema)])
    rows = [
        (_name(field, field in required), _type(about), about.get("description", ""))
        for field, about in fields.items()
    ]
    return "\n".join([*lines, *_table(("field", "type", "meaning"), rows)])


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    lines = [heads, ["---"] * len(heads), *([_plain(cell) for cell in row] for row in rows)]
    return ["", *(f"| {' | '.join(line)} |" for line in lines), "", ""]


def _name(name: str, is_required: bool) -> str:
    return f"`{name}`" if is_required else f"`{name}`?"


def _type(schema: Json) -> str:
    """Return a schema's type in words; a `$ref` is a link."""
    if reference := schema.get("$ref"):
        name = reference.rpartition("/")[2]
        return f"[{name}]({SCHEMAS}#{slug(name)})"
    values = [schema["const"]] if "const" in schema else schema.get("enum", [])
    choices = [
        *map(_type, schema.get("anyOf") or schema.get("oneOf", [])),
        *(f"`{value}`" for value in values),
    ]
    return " or ".join(dict.fromkeys(choices)) or _container_or_scalar(schema)


def _container_or_scalar(schema: Json) -> str:
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items') or {})}"
    if isinstance(values := schema.get("additionalProperties"), dict):
        return f"object of {_type(values)}"
    kind = str(schema.get("type", "any"))
    return f"{kind} ({schema['format']})" if "format" in schema else kind


def _plain(text: str) -> str:
    """Return text on one line that is no markup: descriptions hold names such as <dataset>."""
    return " ".join(text.split()).replace("<", "&lt;").replace("|", "\\|")
