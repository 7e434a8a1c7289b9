"""Read the body and query of a request; text that is no JSON or cannot be stored is a 400."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import BadRequestError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

from functions.runtime.event import Json

FORMS: Final = frozenset({"/v1/intake/images"})
"""Paths whose body is multipart/form-data; the others read JSON"""
BOUNDARY: Final = re.compile(r"multipart/form-data\s*;.*\bboundary=\S", re.IGNORECASE)


def is_form(event: Mapping[str, Any]) -> bool:  # type: ignore[explicit-any]  # an event of the gateway
    """Return True for a form in parts, of which those without a file name are text in UTF-8."""
    if not BOUNDARY.match(event["headers"].get("content-type", "")):
        return False
    return bool(event.get("isBase64Encoded"))


def read_json(text: str) -> Json:
    try:
        body: Json = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadRequestError(f"the body is not JSON: {error.msg}, at character {error.pos}") from error
    except RecursionError as error:
        raise BadRequestError("the body is nested too deeply to be read; send it flat") from error
    except ValueError as error:
        raise BadRequestError(
            "the body has a number that is too long to be read; send fewer digits"
        ) from error
    return body


def refuse_nul(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[str]:
    """Refuse a NUL in the query: PostgreSQL neither stores nor searches for one."""
    for name, value in app.current_event.query_string_parameters.items():
        if "\0" in value:
            raise BadRequestError(f"query.{name}: a NUL character is in no text here; leave it out")
    return next_middleware(app)
