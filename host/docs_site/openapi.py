"""Pages of the HTTP API as Markdown, made from its OpenAPI document: one per tag, and one of all schemas."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from functions.runtime.event import Json
from host.docs_site.pages import slug
from host.docs_site.schemas import field_name, plain, section, table, type_of

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
    yield (
        SCHEMAS,
        "\n".join(["# API: schemas", *(section(name, schema, SCHEMAS) for name, schema in schemas)]),
    )


def index(document: Json) -> str:
    """Return the list of these pages, as it stands in docs/reference/."""
    counts = Counter(
        operation["tags"][0] for path in document["paths"].values() for operation in path.values()
    )
    lines = [f"- [{tag}](api/{slug(tag)}.md): {count} operations" for tag, count in sorted(counts.items())]
    return "\n".join(["", "## Operations", "", *lines, "", f"[All schemas](api/{SCHEMAS})", ""])


def _operation(method: str, path: str, operation: Json) -> str:
    lines = ["", f"## {method.upper()} `{path}`", "", plain(operation.get("description", ""))]
    parameters = [
        parameter for parameter in operation.get("parameters", ()) if parameter["name"] not in REPEATED
    ]
    lines += table(
        ("parameter", "in", "type", "meaning"),
        [
            (
                field_name(parameter["name"], parameter.get("required", False)),
                parameter["in"],
                type_of(parameter["schema"], SCHEMAS),
                parameter.get("description", parameter["schema"].get("description", "")),
            )
            for parameter in parameters
        ],
    )
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        lines += ["", f"Body (`{kind}`): {type_of(content['schema'], SCHEMAS)}"]
    refusals = []
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            lines += ["", f"Answer {status}: {_answer(answer)}"]
        else:
            refusals.append(status)
    return "\n".join([*lines, "", f"Problems: {', '.join(refusals)}"])


def _answer(answer: Json) -> str:
    types = [
        f"{type_of(content['schema'], SCHEMAS)} (`{kind}`)" if "schema" in content else f"`{kind}`"
        for kind, content in answer.get("content", {}).items()
    ]
    return " or ".join(types) or "no body"
