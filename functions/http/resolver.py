"""Build the resolver of an HTTP function from routers."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.http.authorise import authorise
from functions.http.compression import compressed
from functions.http.front_door import ask_front_door
from functions.http.problems import report_problems
from functions.http.reading import FORMS, is_form, read_json, refuse_nul
from functions.runtime.event import Json
from kenpin import __version__

UNREAD: Final = "application/octet-stream"
"""A media type that no route reads"""


def _text(answer: object) -> str:
    return msgspec.json.encode(answer).decode()


def new_router() -> APIGatewayHttpRouter:
    return APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


class _Resolver(APIGatewayHttpResolver):
    """A resolver that reads every JSON media type, such as application/cloudevents+json, and forms of `FORMS`.

    It compresses long answers.
    """

    def resolve(self, event: Mapping[str, Any], context: LambdaContext) -> Json:  # type: ignore[explicit-any]
        headers: Mapping[str, str] = event.get("headers") or {}
        if sent := headers.get("content-type", "").partition(";")[0].strip().lower():
            is_json = sent == "application/json" or sent.endswith("+json")
            if event["rawPath"] in FORMS:
                read = headers["content-type"] if is_form(event) else UNREAD
            else:
                read = "application/json" if is_json else UNREAD
            event = {**event, "headers": {**headers, "content-type": read}}
        return compressed(super().resolve(event, context), headers.get("accept-encoding", ""))


def resolver(*routers: APIGatewayHttpRouter) -> APIGatewayHttpResolver:
    """Build a validating resolver over these routers, for one request at a time."""
    app = _Resolver(enable_validation=True, serializer=_text, json_body_deserializer=read_json)
    app.configure_openapi(title="Kenpin", version=__version__)
    app.use([ask_front_door, refuse_nul, authorise])
    report_problems(app)
    for router in routers:
        app.include_router(router, prefix="/v1")
    return app
