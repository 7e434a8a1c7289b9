"""Whatever fits the OpenAPI document, or does not, is answered as that document says, and never by a broken server."""

from __future__ import annotations

import zlib
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import httpx
import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis import Case, HookContext
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from functions.openapi import document
from host.asgi import problem
from host.gateway import Request, function_for, respond
from tests.functions.conftest import Api

if TYPE_CHECKING:
    from schemathesis.specs.openapi.schemas import OpenApiOperation

EXAMPLES: Final = 10
"""of requests to each operation: half of them fit, half of them do not"""
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
schema = schemathesis.openapi.from_dict(document())
known: dict[str, str] = {}
"""What is there, by the name that paths give it."""


class InThisProcess(httpx.BaseTransport):
    """The gateway in front of the handlers, for somebody who may do everything."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        path, query = httpx.URL(request.url).path, request.url.query.decode()
        function = function_for(request.method, path)
        asked = Request(request.method, path, query, headers, request.read(), {"sub": "inspector"})
        answer = respond(function, asked) if function else problem(HTTPStatus.METHOD_NOT_ALLOWED, asked, "")
        return httpx.Response(
            answer.status, headers=dict(answer.headers), content=answer.body, request=request
        )


@schema.hook
def map_path_parameters(context: HookContext, parameters: dict[str, str] | None) -> dict[str, str] | None:
    """Every second id is of something that is there: who always asks for nothing learns little."""
    return parameters and {
        name: known[name] if name in known and zlib.crc32(str(value).encode()) % 2 else value
        for name, value in parameters.items()
    }


@schema.parametrize()
@hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_documented(
    case: Case[OpenApiOperation], api: Api, labelled: list[str], run_id: str
) -> None:
    known.update(dataset_id="cookies", project_id="cookies", image_id=labelled[0], run_id=run_id)
    known.update(stream="dataset-cookies", class_id="cracked")
    with httpx.Client(transport=InThisProcess()) as client:
        asked = case.as_transport_kwargs(base_url="http://kenpin")
        asked.pop("cookies", None)
        asked["headers"] = {name: str(value).encode() for name, value in asked["headers"].items()}
        if isinstance(asked.get("data"), bytes | str):
            asked["content"] = asked.pop("data")
        answer = client.request(**asked)
        answer.elapsed = timedelta()
    case.validate_response(answer, checks=CHECKS)
