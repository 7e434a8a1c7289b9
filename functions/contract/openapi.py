"""The OpenAPI 3.1 document of the whole API: `python -m functions.contract.openapi docs/reference/openapi.json`."""

import json
import sys
from http import HTTPStatus
from importlib import import_module
from pathlib import Path

from functions.manifest import FUNCTIONS
from functions.runtime.event import Json

PROBLEM: Json = {
    "type": "object",
    "description": "RFC 9457: what went wrong, where, and what to do.",
    "required": ["type", "title", "status", "detail", "instance", "correlation_id", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "correlation_id": {"type": "string"},
        "code": {"type": "string", "description": "The rule that said no, or the kind of the error."},
        "parameters": {
            "type": "object",
            "description": "What a text of the code names: ids, counts and the like.",
            "additionalProperties": True,
        },
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["where", "what"],
                "properties": {"where": {"type": "string"}, "what": {"type": "string"}},
            },
        },
        "conflicts": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["image_id", "expected", "actual"],
                "properties": {
                    "image_id": {"type": "string"},
                    "expected": {"type": "integer"},
                    "actual": {"type": "integer"},
                },
            },
        },
    },
}
TOKEN: Json = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "An access token of the issuer that /config.json names.",
}
PROBLEMS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
"""Errors of any request; tests/functions/test_openapi.py finds missing ones."""
PROBLEMS_OF_WRITES = (
    HTTPStatus.CONFLICT,
    HTTPStatus.PRECONDITION_FAILED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)
REFUSED_READS = frozenset(
    {
        "/v1/datasets/{dataset_id}/agreement-tasks/{task_id}/result",
        "/v1/datasets/{dataset_id}/undos/preview",
    }
)
"""Reads that a rule may refuse (409): a task that is still blind, or nothing to undo."""
WRITE_HEADERS = (
    ("Idempotency-Key", "The same key again answers what the first request answered.", False),
    ("If-Match", "The version the stream must be at.", False),
)


def document() -> Json:
    """Return the documents of all HTTP functions as one."""
    apps = [import_module(f"{f.handler}").app for f in FUNCTIONS if f.routes]
    parts = [json.loads(app.get_openapi_json_schema()) for app in apps]
    whole: Json = parts[0]
    for part in parts[1:]:
        for path, operations in part["paths"].items():
            whole["paths"].setdefault(path, {}).update(operations)
        whole["components"]["schemas"] |= part["components"]["schemas"]
    whole["servers"] = [{"url": "/"}]
    for replaced in ("HTTPValidationError", "ResponseValidationError", "ValidationError"):
        whole["components"]["schemas"].pop(replaced, None)
    whole["components"]["schemas"]["Problem"] = PROBLEM
    whole["components"]["securitySchemes"] = {"token": TOKEN}
    whole["security"] = [{"token": []}]
    whole["paths"]["/v1/health"]["get"]["security"] = []
    for path, operations in whole["paths"].items():
        for method, operation in operations.items():
            _complete(method, operation, (HTTPStatus.CONFLICT,) if path in REFUSED_READS else ())
    return whole


def _complete(method: str, operation: Json, more: tuple[HTTPStatus, ...]) -> None:
    """Add what the decorators do not know: every error is a problem, and writes take headers."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    errors = {
        status: answer for status, answer in operation["responses"].items() if not status.startswith("2")
    }
    for status in errors:
        del operation["responses"][status]
    for status in (*PROBLEMS, *(more if method == "get" else PROBLEMS_OF_WRITES)):
        operation["responses"][str(status.value)] = {"description": status.phrase, "content": content}
    if method != "get":
        operation.setdefault("parameters", []).extend(
            {
                "name": name,
                "in": "header",
                "description": text,
                "required": needed,
                "schema": {"type": "string"},
            }
            for name, text, needed in WRITE_HEADERS
        )


def text() -> str:
    return json.dumps(document(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text())
