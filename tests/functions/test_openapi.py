"""Generated requests, valid and invalid, are answered as the OpenAPI document says."""

from __future__ import annotations

import zlib
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import httpx
import hypothesis
import pytest
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

from functions.contract.openapi import document
from host.asgi import problem
from host.gateway import Request, call, function_for, respond
from tests.functions.conftest import installed
from tests.functions.world import OURS, Factory, build
from tests.postgres_server import new_database

if TYPE_CHECKING:
    from collections.abc import Iterator

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
"""Ids of existing things, by the name that paths give them."""


@pytest.fixture(scope="module")
def factory(
    postgres_url: str, prepared_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Factory]:
    """One for all operations: what one request leaves behind, the next one meets."""
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        new_database(postgres_url, prepared_template) as url,
        installed(url, tmp_path_factory.mktemp("openapi"), monkeypatch) as api,
    ):
        factory = build(api, OURS, 10)
        api.catch_up()
        yield factory


class InThisProcess(httpx.BaseTransport):
    """The gateway in front of the handlers, for somebody who may do everything."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        path, query = httpx.URL(request.url).path, request.url.query.decode()
        function = function_for(request.method, path)
        asked = Request(request.method, path, query, headers, request.read(), {"sub": "inspector"})
        answer = respond(function, asked) if function else problem(HTTPStatus.METHOD_NOT_ALLOWED, asked, "")
        if request.method != "GET" and answer.status < 300:
            call("sweeper", {})  # or what waits for rows would wait for nothing, and answer 503
        return httpx.Response(
            answer.status, headers=dict(answer.headers), content=answer.body, request=request
        )


def some_known(name: str, value: object) -> object:
    """Every second id is of something that is there: who always asks for nothing learns little."""
    if isinstance(value, dict):
        return {key: some_known(str(key), item) for key, item in value.items()}
    if isinstance(value, list):
        return [some_known(name.removesuffix("s"), item) for item in value]
    there = isinstance(value, str) and name in known and zlib.crc32(value.encode("utf-8", "replace")) % 2
    return known[name] if there else value


@schema.hook
def map_path_parameters(context: HookContext, parameters: object) -> object:
    return some_known("", parameters)


@schema.hook
def map_query(context: HookContext, query: object) -> object:
    return some_known("", query)


@schema.hook
def map_body(context: HookContext, body: object) -> object:
    return some_known("", body)


def as_part(value: object) -> object:
    """Return the value of a form's part as httpx sends it."""
    if isinstance(value, tuple):
        return (value[0], *map(as_part, value[1:]))
    return value if value is None or isinstance(value, bytes | str) else str(value).encode()


@schema.parametrize()
@hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_documented(case: Case[OpenApiOperation], factory: Factory) -> None:
    known.update(vars(factory), class_id="crack", stream=f"dataset-{factory.dataset_id}")
    known.update(actor=f"auditor-of-{OURS}", reader="gallery", source="jobs")
    with httpx.Client(transport=InThisProcess()) as client:
        asked = case.as_transport_kwargs(base_url="http://kenpin")
        asked.pop("cookies", None)
        asked["headers"] = {name: str(value).encode() for name, value in asked["headers"].items()}
        if isinstance(asked.get("data"), bytes | str):
            asked["content"] = asked.pop("data")
        asked["files"] = [(name, as_part(value)) for name, value in asked.get("files") or ()]
        answer = client.request(**asked)
        answer.elapsed = timedelta()
    case.validate_response(answer, checks=CHECKS)
